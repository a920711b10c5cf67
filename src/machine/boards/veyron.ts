/** A Chromebook with a Rockchip RK3288: the board of the founding case. */
import type { BuiltInBoard } from './board.ts'

/**
 * `board:veyron`. Addresses, `iommus` and display graph as in the trees of v6.1; 2 GiB of RAM at 0,
 * the usual size of this board.
 */
export const veyron: BuiltInBoard = {
  name: 'veyron',
  title: 'Google Veyron Chromebook (Rockchip RK3288): two VOPs behind an IOMMU each',
  notes: [
    'Addresses, compatibles, iommus and the display graph agree with the device trees of a 6.1 kernel.',
    'The panel, clocks, supplies, pins and power domains are left out.',
    'RAM: 2 GiB from 0, as on most of these machines; others have 4 GiB.',
  ],
  dts: `/dts-v1/;

/ {
	#address-cells = <2>;
	#size-cells = <2>;
	model = "Google Veyron";
	compatible = "google,veyron", "rockchip,rk3288";
	interrupt-parent = <&gic>;

	aliases {
		mmc0 = &emmc;
		mmc1 = &sdmmc;
		serial2 = &uart2;
	};

	cpus {
		#address-cells = <1>;
		#size-cells = <0>;

		cpu@500 {
			device_type = "cpu";
			compatible = "arm,cortex-a12";
			reg = <0x500>;
		};

		cpu@501 {
			device_type = "cpu";
			compatible = "arm,cortex-a12";
			reg = <0x501>;
		};

		cpu@502 {
			device_type = "cpu";
			compatible = "arm,cortex-a12";
			reg = <0x502>;
		};

		cpu@503 {
			device_type = "cpu";
			compatible = "arm,cortex-a12";
			reg = <0x503>;
		};
	};

	memory@0 {
		device_type = "memory";
		reg = <0 0 0 0x80000000>;
	};

	timer {
		compatible = "arm,armv7-timer";
		interrupts = <1 13 0xf04>, <1 14 0xf04>, <1 11 0xf04>, <1 10 0xf04>;
	};

	display-subsystem {
		compatible = "rockchip,display-subsystem";
		ports = <&vopl_out>, <&vopb_out>;
	};

	sdmmc: mmc@ff0c0000 {
		compatible = "rockchip,rk3288-dw-mshc";
		reg = <0 0xff0c0000 0 0x4000>;
		interrupts = <0 32 4>;
	};

	emmc: mmc@ff0f0000 {
		compatible = "rockchip,rk3288-dw-mshc";
		reg = <0 0xff0f0000 0 0x4000>;
		interrupts = <0 35 4>;
		non-removable;
	};

	dmac_peri: dma-controller@ff250000 {
		compatible = "arm,pl330", "arm,primecell";
		reg = <0 0xff250000 0 0x4000>;
		interrupts = <0 2 4>, <0 3 4>;
		#dma-cells = <1>;
	};

	ethernet@ff290000 {
		compatible = "rockchip,rk3288-gmac";
		reg = <0 0xff290000 0 0x10000>;
		interrupts = <0 27 4>;
		status = "disabled";
	};

	usb@ff500000 {
		compatible = "generic-ehci";
		reg = <0 0xff500000 0 0x100>;
		interrupts = <0 24 4>;
	};

	usb@ff540000 {
		compatible = "rockchip,rk3288-usb", "rockchip,rk3066-usb", "snps,dwc2";
		reg = <0 0xff540000 0 0x40000>;
		interrupts = <0 25 4>;
		dr_mode = "host";
	};

	i2c0: i2c@ff650000 {
		compatible = "rockchip,rk3288-i2c";
		reg = <0 0xff650000 0 0x1000>;
		interrupts = <0 60 4>;
		#address-cells = <1>;
		#size-cells = <0>;
	};

	uart2: serial@ff690000 {
		compatible = "rockchip,rk3288-uart", "snps,dw-apb-uart";
		reg = <0 0xff690000 0 0x100>;
		interrupts = <0 57 4>;
		reg-shift = <2>;
		reg-io-width = <4>;
	};

	i2s@ff890000 {
		compatible = "rockchip,rk3288-i2s", "rockchip,rk3066-i2s";
		reg = <0 0xff890000 0 0x10000>;
		interrupts = <0 53 4>;
		dmas = <&dmac_bus 0>, <&dmac_bus 1>;
		dma-names = "tx", "rx";
	};

	vopb: vop@ff930000 {
		compatible = "rockchip,rk3288-vop";
		reg = <0 0xff930000 0 0x19c>, <0 0xff931000 0 0x1000>;
		interrupts = <0 15 4>;
		iommus = <&vopb_mmu>;

		vopb_out: port {
			#address-cells = <1>;
			#size-cells = <0>;

			vopb_out_hdmi: endpoint@0 {
				reg = <0>;
				remote-endpoint = <&hdmi_in_vopb>;
			};

			vopb_out_edp: endpoint@1 {
				reg = <1>;
				remote-endpoint = <&edp_in_vopb>;
			};
		};
	};

	vopb_mmu: iommu@ff930300 {
		compatible = "rockchip,iommu";
		reg = <0 0xff930300 0 0x100>;
		interrupts = <0 15 4>;
		#iommu-cells = <0>;
	};

	vopl: vop@ff940000 {
		compatible = "rockchip,rk3288-vop";
		reg = <0 0xff940000 0 0x19c>, <0 0xff941000 0 0x1000>;
		interrupts = <0 16 4>;
		iommus = <&vopl_mmu>;

		vopl_out: port {
			#address-cells = <1>;
			#size-cells = <0>;

			vopl_out_hdmi: endpoint@0 {
				reg = <0>;
				remote-endpoint = <&hdmi_in_vopl>;
			};

			vopl_out_edp: endpoint@1 {
				reg = <1>;
				remote-endpoint = <&edp_in_vopl>;
			};
		};
	};

	vopl_mmu: iommu@ff940300 {
		compatible = "rockchip,iommu";
		reg = <0 0xff940300 0 0x100>;
		interrupts = <0 16 4>;
		#iommu-cells = <0>;
	};

	edp: dp@ff970000 {
		compatible = "rockchip,rk3288-dp";
		reg = <0 0xff970000 0 0x4000>;
		interrupts = <0 98 4>;

		ports {
			#address-cells = <1>;
			#size-cells = <0>;

			port@0 {
				reg = <0>;
				#address-cells = <1>;
				#size-cells = <0>;

				edp_in_vopb: endpoint@0 {
					reg = <0>;
					remote-endpoint = <&vopb_out_edp>;
				};

				edp_in_vopl: endpoint@1 {
					reg = <1>;
					remote-endpoint = <&vopl_out_edp>;
				};
			};

			port@1 {
				reg = <1>;
			};
		};
	};

	hdmi: hdmi@ff980000 {
		compatible = "rockchip,rk3288-dw-hdmi";
		reg = <0 0xff980000 0 0x20000>;
		reg-io-width = <4>;
		interrupts = <0 103 4>;

		ports {
			port {
				#address-cells = <1>;
				#size-cells = <0>;

				hdmi_in_vopb: endpoint@0 {
					reg = <0>;
					remote-endpoint = <&vopb_out_hdmi>;
				};

				hdmi_in_vopl: endpoint@1 {
					reg = <1>;
					remote-endpoint = <&vopl_out_hdmi>;
				};
			};
		};
	};

	vpu: video-codec@ff9a0000 {
		compatible = "rockchip,rk3288-vpu";
		reg = <0 0xff9a0000 0 0x800>;
		interrupts = <0 9 4>, <0 10 4>;
		interrupt-names = "vepu", "vdpu";
		iommus = <&vpu_mmu>;
	};

	vpu_mmu: iommu@ff9a0800 {
		compatible = "rockchip,iommu";
		reg = <0 0xff9a0800 0 0x100>;
		interrupts = <0 11 4>;
		#iommu-cells = <0>;
	};

	gpu@ffa30000 {
		compatible = "rockchip,rk3288-mali", "arm,mali-t760";
		reg = <0 0xffa30000 0 0x10000>;
		interrupts = <0 6 4>, <0 7 4>, <0 8 4>;
		interrupt-names = "job", "mmu", "gpu";
	};

	dmac_bus: dma-controller@ffb20000 {
		compatible = "arm,pl330", "arm,primecell";
		reg = <0 0xffb20000 0 0x4000>;
		interrupts = <0 0 4>, <0 1 4>;
		#dma-cells = <1>;
	};

	gic: interrupt-controller@ffc01000 {
		compatible = "arm,gic-400";
		reg = <0 0xffc01000 0 0x1000>, <0 0xffc02000 0 0x2000>,
		      <0 0xffc04000 0 0x2000>, <0 0xffc06000 0 0x2000>;
		interrupt-controller;
		#interrupt-cells = <3>;
		#address-cells = <0>;
	};
};
`,
}
