/** The Nokia N900 (OMAP3430): the ISP of the founding case. */
import type { BuiltInBoard } from './board.ts'

/**
 * `board:n900`. Addresses and `iommus` as in the tree of v6.1, buses as in those of v3.18; 256 MiB
 * of RAM at 0x80000000.
 */
export const n900: BuiltInBoard = {
  name: 'n900',
  title: 'Nokia N900 (TI OMAP3430): the camera ISP behind an OMAP IOMMU',
  notes: [
    'Addresses, compatibles and iommus agree with the device tree of a 6.1 kernel.',
    'Peripherals hang directly from the L3 bus, as in the trees of v3.18; since v5.x several sit under ti,sysc, which old kernels do not populate.',
    'v3.18 and v3.19 have no device tree match for the ISP (it came with v4.1 or v4.2), so it stays unbound there without "+drivers".',
    'The IVA (DSP) has an IOMMU, disabled in the real tree too, and no node that names it.',
  ],
  dts: `/dts-v1/;

/ {
	#address-cells = <1>;
	#size-cells = <1>;
	model = "Nokia N900";
	compatible = "nokia,omap3-n900", "ti,omap3430", "ti,omap3";
	interrupt-parent = <&intc>;

	aliases {
		mmc0 = &mmc1;
		serial2 = &uart3;
	};

	cpus {
		#address-cells = <1>;
		#size-cells = <0>;

		cpu@0 {
			device_type = "cpu";
			compatible = "arm,cortex-a8";
			reg = <0>;
		};
	};

	memory@80000000 {
		device_type = "memory";
		reg = <0x80000000 0x10000000>;
	};

	soc {
		compatible = "ti,omap-infra";

		iva {
			compatible = "ti,iva2.2";
			ti,hwmods = "iva";
		};
	};

	ocp@68000000 {
		compatible = "ti,omap3-l3-smx", "simple-bus";
		reg = <0x68000000 0x10000>;
		interrupts = <9>, <10>;
		#address-cells = <1>;
		#size-cells = <1>;
		ranges;
		ti,hwmods = "l3_main";

		l4@48000000 {
			compatible = "ti,omap3-l4-core", "simple-bus";
			#address-cells = <1>;
			#size-cells = <1>;
			ranges = <0 0x48000000 0x1000000>;

			scm@2000 {
				compatible = "ti,omap3-scm", "simple-bus";
				reg = <0x2000 0x2000>;
				#address-cells = <1>;
				#size-cells = <1>;
				ranges = <0 0x2000 0x2000>;

				scm_conf: scm_conf@270 {
					compatible = "syscon", "simple-bus";
					reg = <0x270 0x330>;
					#address-cells = <1>;
					#size-cells = <1>;
					ranges = <0 0x270 0x330>;
				};
			};
		};

		intc: interrupt-controller@48200000 {
			compatible = "ti,omap3-intc";
			reg = <0x48200000 0x1000>;
			interrupt-controller;
			#interrupt-cells = <1>;
			#address-cells = <0>;
		};

		sdma: dma-controller@48056000 {
			compatible = "ti,omap3430-sdma", "ti,omap-sdma";
			reg = <0x48056000 0x1000>;
			interrupts = <12>, <13>, <14>, <15>;
			#dma-cells = <1>;
			dma-channels = <32>;
			dma-requests = <96>;
		};

		uart3: serial@49020000 {
			compatible = "ti,omap3-uart";
			reg = <0x49020000 0x400>;
			interrupts = <74>;
			dmas = <&sdma 53>, <&sdma 54>;
			dma-names = "tx", "rx";
			ti,hwmods = "uart3";
		};

		i2c@48070000 {
			compatible = "ti,omap3-i2c";
			reg = <0x48070000 0x80>;
			interrupts = <56>;
			#address-cells = <1>;
			#size-cells = <0>;
			ti,hwmods = "i2c1";
		};

		mmc1: mmc@4809c000 {
			compatible = "ti,omap3-hsmmc";
			reg = <0x4809c000 0x200>;
			interrupts = <83>;
			dmas = <&sdma 61>, <&sdma 62>;
			dma-names = "tx", "rx";
			ti,hwmods = "mmc1";
		};

		usb_otg_hs@480ab000 {
			compatible = "ti,omap3-musb";
			reg = <0x480ab000 0x1000>;
			interrupts = <92>, <93>;
			interrupt-names = "mc", "dma";
			ti,hwmods = "usb_otg_hs";
		};

		dss@48050000 {
			compatible = "ti,omap3-dss";
			reg = <0x48050000 0x200>;
			#address-cells = <1>;
			#size-cells = <1>;
			ranges;
			ti,hwmods = "dss_core";

			dispc@48050400 {
				compatible = "ti,omap3-dispc";
				reg = <0x48050400 0x400>;
				interrupts = <25>;
				ti,hwmods = "dss_dispc";
			};
		};

		isp@480bc000 {
			compatible = "ti,omap3-isp";
			reg = <0x480bc000 0x12fc>, <0x480bd800 0x17c>;
			interrupts = <24>;
			iommus = <&mmu_isp>;
			syscon = <&scm_conf 0x6c>;
			ti,phy-type = <0>;
		};

		mmu_isp: mmu@480bd400 {
			compatible = "ti,omap2-iommu";
			reg = <0x480bd400 0x80>;
			interrupts = <24>;
			#iommu-cells = <0>;
			ti,hwmods = "mmu_isp";
			ti,#tlb-entries = <8>;
		};

		mmu_iva: mmu@5d000000 {
			compatible = "ti,omap2-iommu";
			reg = <0x5d000000 0x80>;
			interrupts = <28>;
			#iommu-cells = <0>;
			ti,hwmods = "mmu_iva";
			status = "disabled";
		};
	};
};
`,
}
