/** The Hardkernel Odroid-XU3 (Exynos5422): System MMUs, one or two a master. */
import type { BuiltInBoard } from './board.ts'

/** A System MMU whose interrupt goes to the combiner: group and line. */
function combined(address: string, interrupt: string): string {
  return `
		sysmmu_${address}: sysmmu@${address} {
			compatible = "samsung,exynos-sysmmu";
			reg = <0x${address} 0x1000>;
			interrupt-parent = <&combiner>;
			interrupts = <${interrupt}>;
			#iommu-cells = <0>;
		};
`
}

/** A System MMU with an interrupt of its own at the GIC. */
function direct(address: string, spi: number): string {
  return `
		sysmmu_${address}: sysmmu@${address} {
			compatible = "samsung,exynos-sysmmu";
			reg = <0x${address} 0x1000>;
			interrupts = <0 ${spi} 4>;
			#iommu-cells = <0>;
		};
`
}

/**
 * `board:odroid-xu3`. Addresses and `iommus` as in the tree of v6.1; 2 GiB of RAM at 0x40000000,
 * less the 22 MiB that its firmware keeps.
 */
export const odroidXu3: BuiltInBoard = {
  name: 'odroid-xu3',
  title: 'Hardkernel Odroid-XU3 (Samsung Exynos5422): display, codecs and scalers behind SysMMUs',
  notes: [
    'Addresses, compatibles, statuses and iommus agree with the device tree of a 6.1 kernel; clocks and power domains are left out.',
    'FIMD is disabled in the real tree; the mixer, with one SysMMU, drives the screen.',
    'G2D, MFC and the scalers have two SysMMUs each. The Exynos code of v3.18 and v3.19 handles one a device, so the other one stays at reset.',
    'RAM ends 22 MiB short of 2 GiB: the firmware keeps the rest.',
  ],
  dts: `/dts-v1/;

/ {
	#address-cells = <1>;
	#size-cells = <1>;
	model = "Hardkernel Odroid XU3";
	compatible = "hardkernel,odroid-xu3", "samsung,exynos5800", "samsung,exynos5";
	interrupt-parent = <&gic>;

	cpus {
		#address-cells = <1>;
		#size-cells = <0>;

		cpu@0 {
			device_type = "cpu";
			compatible = "arm,cortex-a15";
			reg = <0>;
		};

		cpu@100 {
			device_type = "cpu";
			compatible = "arm,cortex-a7";
			reg = <0x100>;
		};
	};

	memory@40000000 {
		device_type = "memory";
		reg = <0x40000000 0x7ea00000>;
	};

	soc: soc {
		compatible = "simple-bus";
		#address-cells = <1>;
		#size-cells = <1>;
		ranges;

		gic: interrupt-controller@10481000 {
			compatible = "arm,gic-400", "arm,cortex-a15-gic";
			reg = <0x10481000 0x1000>, <0x10482000 0x2000>,
			      <0x10484000 0x2000>, <0x10486000 0x2000>;
			interrupt-controller;
			#interrupt-cells = <3>;
			#address-cells = <0>;
		};

		combiner: interrupt-controller@10440000 {
			compatible = "samsung,exynos4210-combiner";
			reg = <0x10440000 0x1000>;
			interrupts = <0 0 4>, <0 1 4>;
			interrupt-controller;
			#interrupt-cells = <2>;
			#address-cells = <0>;
			samsung,combiner-nr = <32>;
		};

		serial@12c00000 {
			compatible = "samsung,exynos4210-uart";
			reg = <0x12c00000 0x100>;
			interrupts = <0 51 4>;
		};

		mmc@12200000 {
			compatible = "samsung,exynos5420-dw-mshc-smu";
			reg = <0x12200000 0x2000>;
			interrupts = <0 75 4>;
		};

		pdma0: dma-controller@121a0000 {
			compatible = "arm,pl330", "arm,primecell";
			reg = <0x121a0000 0x1000>;
			interrupts = <0 34 4>;
			#dma-cells = <1>;
		};

		usb@12110000 {
			compatible = "samsung,exynos4210-ehci";
			reg = <0x12110000 0x100>;
			interrupts = <0 71 4>;
		};

		gpu@11800000 {
			compatible = "samsung,exynos5420-mali", "arm,mali-t628";
			reg = <0x11800000 0x5000>;
			interrupts = <0 219 4>, <0 74 4>, <0 117 4>;
			interrupt-names = "job", "mmu", "gpu";
		};

		fimd: fimd@14400000 {
			compatible = "samsung,exynos5420-fimd";
			reg = <0x14400000 0x40000>;
			interrupt-parent = <&combiner>;
			interrupts = <18 4>, <18 5>, <18 6>;
			interrupt-names = "fifo", "vsync", "lcd_sys";
			iommus = <&sysmmu_14640000>, <&sysmmu_14680000>;
			iommu-names = "m0", "m1";
			status = "disabled";
		};

		g2d@10850000 {
			compatible = "samsung,exynos5250-g2d";
			reg = <0x10850000 0x1000>;
			interrupts = <0 91 4>;
			iommus = <&sysmmu_10a60000>, <&sysmmu_10a70000>;
		};

		mfc: codec@11000000 {
			compatible = "samsung,mfc-v8";
			reg = <0x11000000 0x10000>;
			interrupts = <0 96 4>;
			iommus = <&sysmmu_11200000>, <&sysmmu_11210000>;
			iommu-names = "left", "right";
		};

		hdmi: hdmi@14530000 {
			compatible = "samsung,exynos5420-hdmi";
			reg = <0x14530000 0x70000>;
			interrupts = <0 95 4>;
		};

		mixer: mixer@14450000 {
			compatible = "samsung,exynos5420-mixer";
			reg = <0x14450000 0x10000>;
			interrupts = <0 94 4>;
			iommus = <&sysmmu_14650000>;
		};

		rotator@11c00000 {
			compatible = "samsung,exynos5250-rotator";
			reg = <0x11c00000 0x64>;
			interrupts = <0 84 4>;
			iommus = <&sysmmu_11d40000>;
		};

		gsc_0: video-scaler@13e00000 {
			compatible = "samsung,exynos5420-gsc", "samsung,exynos5-gsc";
			reg = <0x13e00000 0x1000>;
			interrupts = <0 85 4>;
			iommus = <&sysmmu_13e80000>;
		};

		gsc_1: video-scaler@13e10000 {
			compatible = "samsung,exynos5420-gsc", "samsung,exynos5-gsc";
			reg = <0x13e10000 0x1000>;
			interrupts = <0 86 4>;
			iommus = <&sysmmu_13e90000>;
		};

		scaler_0: scaler@12800000 {
			compatible = "samsung,exynos5420-scaler";
			reg = <0x12800000 0x1294>;
			interrupts = <0 220 4>;
			iommus = <&sysmmu_12880000>, <&sysmmu_128c0000>;
		};

		scaler_1: scaler@12810000 {
			compatible = "samsung,exynos5420-scaler";
			reg = <0x12810000 0x1294>;
			interrupts = <0 221 4>;
			iommus = <&sysmmu_12890000>, <&sysmmu_128d0000>;
		};

		scaler_2: scaler@12820000 {
			compatible = "samsung,exynos5420-scaler";
			reg = <0x12820000 0x1294>;
			interrupts = <0 222 4>;
			iommus = <&sysmmu_128a0000>, <&sysmmu_128e0000>;
		};

		jpeg_0: jpeg@11f50000 {
			compatible = "samsung,exynos5420-jpeg";
			reg = <0x11f50000 0x1000>;
			interrupts = <0 89 4>;
			iommus = <&sysmmu_11f10000>;
		};

		jpeg_1: jpeg@11f60000 {
			compatible = "samsung,exynos5420-jpeg";
			reg = <0x11f60000 0x1000>;
			interrupts = <0 168 4>;
			iommus = <&sysmmu_11f20000>;
		};
${combined('10a60000', '24 5')}${combined('10a70000', '22 2')}${combined('11200000', '6 2')}\
${combined('11210000', '8 5')}${combined('11d40000', '4 0')}${combined('11f10000', '4 2')}\
${direct('11f20000', 169)}${combined('12880000', '22 4')}${direct('12890000', 186)}\
${direct('128a0000', 188)}${combined('128c0000', '27 2')}${combined('128d0000', '22 6')}\
${combined('128e0000', '19 6')}${combined('13e80000', '2 0')}${combined('13e90000', '2 2')}\
${combined('14640000', '3 2')}${combined('14650000', '7 4')}${combined('14680000', '3 0')}\
	};
};
`,
}
