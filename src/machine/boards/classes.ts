/** A made-up board with one master of each class that the thread of January 2015 argued about. */
import type { BuiltInBoard } from './board.ts'

/**
 * `board:classes`. Ours throughout: addresses, interrupts and 1 GiB of RAM at 0x40000000; only the
 * IOMMUs (`rockchip,iommu`) and the VOP are real blocks.
 */
export const classes: BuiltInBoard = {
  name: 'classes',
  title: 'Teaching board: one master of each driver class, each behind its own IOMMU',
  notes: [
    'Made up: no such board exists. The IOMMUs are those of an RK3288.',
    'N (master@10010000): a driver that has never heard of an IOMMU and uses the DMA API only.',
    'K (vop@10020000 with display-subsystem): a driver that makes an ARM mapping, attaches it, and expects the DMA API to use it.',
    'R (core@10030000): a driver that allocates a domain, attaches and maps by itself, as tegra-drm does.',
  ],
  dts: `/dts-v1/;

/ {
	#address-cells = <1>;
	#size-cells = <1>;
	model = "dmaplumb teaching board";
	compatible = "dmaplumb,classes";
	interrupt-parent = <&gic>;

	cpus {
		#address-cells = <1>;
		#size-cells = <0>;

		cpu@0 {
			device_type = "cpu";
			compatible = "arm,cortex-a15";
			reg = <0>;
		};
	};

	memory@40000000 {
		device_type = "memory";
		reg = <0x40000000 0x40000000>;
	};

	display-subsystem {
		compatible = "rockchip,display-subsystem";
		ports = <&vop_out>;
	};

	gic: interrupt-controller@10001000 {
		compatible = "arm,gic-400";
		reg = <0x10001000 0x1000>, <0x10002000 0x2000>;
		interrupt-controller;
		#interrupt-cells = <3>;
		#address-cells = <0>;
	};

	generic: master@10010000 {
		compatible = "dmaplumb,generic-master";
		reg = <0x10010000 0x300>;
		interrupts = <0 16 4>;
		iommus = <&generic_mmu>;
	};

	generic_mmu: iommu@10010300 {
		compatible = "rockchip,iommu";
		reg = <0x10010300 0x100>;
		interrupts = <0 17 4>;
		#iommu-cells = <0>;
	};

	vop: vop@10020000 {
		compatible = "rockchip,rk3288-vop";
		reg = <0x10020000 0x19c>, <0x10021000 0x1000>;
		interrupts = <0 18 4>;
		iommus = <&vop_mmu>;

		vop_out: port {
		};
	};

	vop_mmu: iommu@10020300 {
		compatible = "rockchip,iommu";
		reg = <0x10020300 0x100>;
		interrupts = <0 19 4>;
		#iommu-cells = <0>;
	};

	raw: core@10030000 {
		compatible = "dmaplumb,raw-iommu-user";
		reg = <0x10030000 0x300>;
		interrupts = <0 20 4>;
		iommus = <&raw_mmu>;
	};

	raw_mmu: iommu@10030300 {
		compatible = "rockchip,iommu";
		reg = <0x10030300 0x100>;
		interrupts = <0 21 4>;
		#iommu-cells = <0>;
	};
};
`,
}
