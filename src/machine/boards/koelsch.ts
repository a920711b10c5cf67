/** The Renesas Koelsch board (R-Car M2-W): IPMMUs that attach their own clients. */
import type { BuiltInBoard } from './board.ts'

/**
 * `board:koelsch`. SoC addresses as in the trees of v4.0; which master hangs on which IPMMU is
 * ours. Its second GiB of RAM needs a kernel with LPAE.
 */
export const koelsch: BuiltInBoard = {
  name: 'koelsch',
  title: 'Renesas Koelsch (R-Car M2-W, r8a7791): media masters behind an IPMMU',
  notes: [
    'Addresses and compatibles are those of the SoC, with the node names of v4.0 trees; it has seven IPMMUs.',
    'The wiring is ours: in the real tree all IPMMUs are disabled and nothing has an iommus property. Here IPMMU-MX is enabled and serves the media masters.',
    'No public source ties r8a7791 masters to micro-TLBs; the numbers in iommus are chosen.',
    'RAM: 1 GiB at 0x40000000 and 1 GiB at 0x2_0000_0000, which only a kernel with LPAE reaches; the IPMMU driver of v3.18 and v3.19 needs LPAE.',
  ],
  dts: `/dts-v1/;

/ {
	#address-cells = <2>;
	#size-cells = <2>;
	model = "Koelsch";
	compatible = "renesas,koelsch", "renesas,r8a7791";
	interrupt-parent = <&gic>;

	cpus {
		#address-cells = <1>;
		#size-cells = <0>;

		cpu@0 {
			device_type = "cpu";
			compatible = "arm,cortex-a15";
			reg = <0>;
		};

		cpu@1 {
			device_type = "cpu";
			compatible = "arm,cortex-a15";
			reg = <1>;
		};
	};

	memory@40000000 {
		device_type = "memory";
		reg = <0 0x40000000 0 0x40000000>;
	};

	memory@200000000 {
		device_type = "memory";
		reg = <2 0 0 0x40000000>;
	};

	gic: interrupt-controller@f1001000 {
		compatible = "arm,gic-400";
		reg = <0 0xf1001000 0 0x1000>, <0 0xf1002000 0 0x1000>,
		      <0 0xf1004000 0 0x2000>, <0 0xf1006000 0 0x2000>;
		interrupt-controller;
		#interrupt-cells = <3>;
		#address-cells = <0>;
	};

	dmac0: dma-controller@e6700000 {
		compatible = "renesas,dmac-r8a7791", "renesas,rcar-dmac";
		reg = <0 0xe6700000 0 0x20000>;
		interrupts = <0 197 4>, <0 200 4>;
		interrupt-names = "error", "ch0";
		#dma-cells = <1>;
		dma-channels = <1>;
	};

	serial@e6e60000 {
		compatible = "renesas,scif-r8a7791", "renesas,scif";
		reg = <0 0xe6e60000 0 64>;
		interrupts = <0 152 4>;
	};

	sdhi0: sd@ee100000 {
		compatible = "renesas,sdhi-r8a7791";
		reg = <0 0xee100000 0 0x328>;
		interrupts = <0 165 4>;
		dmas = <&dmac0 0xcd>, <&dmac0 0xce>;
		dma-names = "tx", "rx";
	};

	ethernet@ee700000 {
		compatible = "renesas,ether-r8a7791";
		reg = <0 0xee700000 0 0x400>;
		interrupts = <0 162 4>;
		phy-mode = "rmii";
	};

	sata@ee300000 {
		compatible = "renesas,sata-r8a7791";
		reg = <0 0xee300000 0 0x2000>;
		interrupts = <0 105 4>;
	};

	ipmmu_sy0: mmu@e6280000 {
		compatible = "renesas,ipmmu-r8a7791", "renesas,ipmmu-vmsa";
		reg = <0 0xe6280000 0 0x1000>;
		interrupts = <0 223 4>, <0 224 4>;
		#iommu-cells = <1>;
		status = "disabled";
	};

	ipmmu_sy1: mmu@e6290000 {
		compatible = "renesas,ipmmu-r8a7791", "renesas,ipmmu-vmsa";
		reg = <0 0xe6290000 0 0x1000>;
		interrupts = <0 225 4>;
		#iommu-cells = <1>;
		status = "disabled";
	};

	ipmmu_gp: mmu@e62a0000 {
		compatible = "renesas,ipmmu-r8a7791", "renesas,ipmmu-vmsa";
		reg = <0 0xe62a0000 0 0x1000>;
		interrupts = <0 260 4>, <0 261 4>;
		#iommu-cells = <1>;
		status = "disabled";
	};

	ipmmu_ds: mmu@e6740000 {
		compatible = "renesas,ipmmu-r8a7791", "renesas,ipmmu-vmsa";
		reg = <0 0xe6740000 0 0x1000>;
		interrupts = <0 198 4>, <0 199 4>;
		#iommu-cells = <1>;
		status = "disabled";
	};

	ipmmu_mp: mmu@ec680000 {
		compatible = "renesas,ipmmu-r8a7791", "renesas,ipmmu-vmsa";
		reg = <0 0xec680000 0 0x1000>;
		interrupts = <0 226 4>;
		#iommu-cells = <1>;
		status = "disabled";
	};

	ipmmu_mx: mmu@fe951000 {
		compatible = "renesas,ipmmu-r8a7791", "renesas,ipmmu-vmsa";
		reg = <0 0xfe951000 0 0x1000>;
		interrupts = <0 222 4>, <0 221 4>;
		#iommu-cells = <1>;
	};

	ipmmu_rt: mmu@ffc80000 {
		compatible = "renesas,ipmmu-r8a7791", "renesas,ipmmu-vmsa";
		reg = <0 0xffc80000 0 0x1000>;
		interrupts = <0 307 4>;
		#iommu-cells = <1>;
		status = "disabled";
	};

	vin0: video@e6ef0000 {
		compatible = "renesas,vin-r8a7791";
		reg = <0 0xe6ef0000 0 0x1000>;
		interrupts = <0 188 4>;
		iommus = <&ipmmu_mx 0>;
	};

	vin1: video@e6ef1000 {
		compatible = "renesas,vin-r8a7791";
		reg = <0 0xe6ef1000 0 0x1000>;
		interrupts = <0 189 4>;
		iommus = <&ipmmu_mx 1>;
	};

	vin2: video@e6ef2000 {
		compatible = "renesas,vin-r8a7791";
		reg = <0 0xe6ef2000 0 0x1000>;
		interrupts = <0 190 4>;
		iommus = <&ipmmu_mx 2>;
		status = "disabled";
	};

	vsp1@fe928000 {
		compatible = "renesas,vsp1";
		reg = <0 0xfe928000 0 0x8000>;
		interrupts = <0 267 4>;
		iommus = <&ipmmu_mx 4>;
	};

	vsp1@fe930000 {
		compatible = "renesas,vsp1";
		reg = <0 0xfe930000 0 0x8000>;
		interrupts = <0 246 4>;
		iommus = <&ipmmu_mx 5>;
	};

	vsp1@fe938000 {
		compatible = "renesas,vsp1";
		reg = <0 0xfe938000 0 0x8000>;
		interrupts = <0 247 4>;
		iommus = <&ipmmu_mx 6>;
	};

	jpu: jpeg-codec@fe980000 {
		compatible = "renesas,jpu-r8a7791", "renesas,rcar-gen2-jpu";
		reg = <0 0xfe980000 0 0x10300>;
		interrupts = <0 272 4>;
		iommus = <&ipmmu_mx 7>;
	};

	du: display@feb00000 {
		compatible = "renesas,du-r8a7791";
		reg = <0 0xfeb00000 0 0x40000>, <0 0xfeb90000 0 0x1c>;
		reg-names = "du", "lvds.0";
		interrupts = <0 256 4>, <0 268 4>;
		iommus = <&ipmmu_mx 8>;
	};
};
`,
}
