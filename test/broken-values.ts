/** Sources that break the checks of names, values, addresses and PCI. */
import type { BrokenTree } from './broken-tree.ts'

/** See the head of the file. */
export const brokenValues: readonly BrokenTree[] = [
  {
    body: `#address-cells = <1>; #size-cells = <1>; a_b { }; c.d@1 { reg = <1 1>; };`,
    finds: ['node_name_chars_strict /a_b', 'node_name_chars_strict /c.d@1'],
  },
  {
    body: `device_type = "x"; a_b; #a-b; v,#c; v#d; ##e; v,#x_y;`,
    finds: [
      'property_name_chars_strict / a_b',
      'property_name_chars_strict / v#d',
      'property_name_chars_strict / ##e',
      'property_name_chars_strict / v,#x_y',
    ],
  },
  {
    body: `a { name = "a"; b { name = "c"; }; c { name = "c"; }; e { name = "name"; name { }; };
      f { name = "f"; name { }; }; };`,
    finds: ['node_name_vs_property_name /a/e/name', 'name_properties /a/b', 'name_properties /a/e'],
  },
  {
    body: `a { name = <1>; }; b { name; };`,
    finds: ['name_is_string /a name', 'name_is_string /b name'],
  },
  {
    body: `#address-cells = <1>; #size-cells = <1>; fine,._+-@0 { reg = <0 0>; ok,._+*#?-; };`,
    finds: [
      'node_name_chars_strict /fine,._+-@0',
      'property_name_chars_strict /fine,._+-@0 ok,._+*#?-',
    ],
  },
  {
    body: `clocks; a { clocks; b; }; clocks { }; b { };`,
    finds: ['node_name_vs_property_name /clocks'],
  },
  {
    body: `a { #address-cells = <1 2>; #size-cells; b { reg = <1>; ranges; }; };`,
    finds: [
      'address_cells_is_cell /a #address-cells',
      'size_cells_is_cell /a #size-cells',
      'unit_address_vs_reg /a/b',
    ],
  },
  {
    body: `device_type = <1>; model; a { status = "a", "b"; label = [61]; };`,
    finds: [
      'device_type_is_string / device_type',
      'model_is_string / model',
      'status_is_string /a status',
      'label_is_string /a label',
    ],
  },
  {
    body: `compatible = <1>; a { compatible; reg-names = "a", [62]; clock-names = "a", "";
      x-names; };`,
    finds: ['compatible_is_string_list / compatible', 'names_is_string_list /a reg-names'],
  },
  {
    body: `reg = <0 0 0>; ranges; dma-ranges = <1>;`,
    finds: [
      'reg_format /',
      'ranges_format / ranges',
      'dma_ranges_format / dma-ranges',
      'unit_address_vs_reg /',
    ],
  },
  {
    body: `a@0 { reg = <0 0>; }; b@0 { reg; }; c { ranges = <1 2>; #address-cells = <1>;
      #size-cells = <1>; };`,
    finds: [
      'reg_format /a@0 reg',
      'reg_format /b@0 reg',
      'ranges_format /c ranges',
      'avoid_default_addr_size /a@0',
      'avoid_default_addr_size /b@0',
      'avoid_default_addr_size /c',
      'unit_address_vs_reg /c',
    ],
  },
  {
    body: `#address-cells = <0>; #size-cells = <0>; a@0 { reg = <1>; }; b { #address-cells =
      <0>; #size-cells = <0>; ranges = <1>; }; c { reg; };`,
    finds: [
      'reg_format /a@0 reg',
      'reg_format /c reg',
      'ranges_format /b ranges',
      'unit_address_vs_reg /b',
      'unit_address_vs_reg /c',
    ],
  },
  {
    body: `#address-cells = <2>; #size-cells = <2>; a { #address-cells = <1>; #size-cells = <1>;
      ranges; dma-ranges; }; b@1 { #address-cells = <1>; #size-cells = <1>; ranges = <0 0 1
      1>; dma-ranges = <0 0 1>; };`,
    finds: [
      'ranges_format /a ranges',
      'dma_ranges_format /a dma-ranges',
      'dma_ranges_format /b@1 dma-ranges',
    ],
  },
  {
    body: `a@1 { reg = <0 1 1>; }; b { c@1 { reg = <0 1 1>; }; }; d { #address-cells = <1>; e@1
      { reg = <1 1>; }; f { g; }; };`,
    finds: [
      'avoid_default_addr_size /a@1',
      'avoid_default_addr_size /b/c@1',
      'avoid_default_addr_size /d/e@1',
    ],
  },
  {
    body: `a { #address-cells = <1>; #size-cells = <0>; b { }; }; c { #address-cells = <1>;
      #size-cells = <0>; d@1 { reg = <1>; }; }; e { #address-cells = <1>; #size-cells =
      <0>; }; f { #address-cells = <1>; g { }; }; h { #address-cells = <0xffffffff>;
      #size-cells = <0>; i { }; };`,
    finds: ['avoid_unnecessary_addr_size /a'],
  },
  {
    body: `#address-cells = <1>; #size-cells = <1>; a { reg = <1 1>; }; b@1 { }; c { ranges = <1
      1 1 1>; #address-cells = <2>; #size-cells = <1>; }; d@1 { ranges; #address-cells =
      <1>; #size-cells = <1>; }; e@ { };`,
    finds: [
      'unit_address_vs_reg /a',
      'unit_address_vs_reg /b@1',
      'unit_address_vs_reg /c',
      'unit_address_vs_reg /d@1',
      'unique_unit_address /b@1',
      'unique_unit_address_if_enabled /b@1',
    ],
  },
  {
    body: `#address-cells = <1>; #size-cells = <1>; a@0x1 { reg = <1 1>; }; b@01 { reg = <1 1>;
      }; c@0x02 { reg = <2 1>; }; d@0 { reg = <0 1>; }; e@0g { reg = <0 1>; }; s {
      compatible = "simple-bus"; #address-cells = <1>; #size-cells = <1>; ranges; f@01 {
      reg = <1 1>; }; };`,
    finds: [
      'unit_address_format /a@0x1',
      'unit_address_format /b@01',
      'unit_address_format /c@0x02',
      'simple_bus_reg /s/f@01',
    ],
  },
  {
    body: `#address-cells = <1>; #size-cells = <1>; a@1 { reg = <1 1>; }; b@1 { reg = <1 1>;
      status = "disabled"; }; c@1 { reg = <1 1>; }; d@2 { reg = <2 1>; }; e@2 { reg = <2
      1>; status = "disabled"; };`,
    finds: [
      'unique_unit_address /a@1',
      'unique_unit_address /b@1',
      'unique_unit_address /d@2',
      'unique_unit_address_if_enabled /a@1',
    ],
  },
  {
    body: `#address-cells = <3>; #size-cells = <2>; pci { device_type = "pci"; #address-cells =
      <3>; #size-cells = <2>; bus-range = <0 255>; ranges; }; pcx { device_type = "pci";
      #address-cells = <3>; #size-cells = <2>; bus-range = <3 2>; ranges; }; pcie {
      device_type = "pci"; bus-range = <0 256>; }; pci@1 { device_type = "pci";
      #address-cells = <3>; #size-cells = <2>; bus-range = <1>; ranges = <0 0 0 0 0 0 0 0>;
      };`,
    finds: [
      'pci_bridge /pcx',
      'pci_bridge /pcx bus-range',
      'pci_bridge /pcie',
      'pci_bridge /pcie bus-range',
      'pci_bridge /pci@1 bus-range',
    ],
  },
  {
    body: `#address-cells = <3>; #size-cells = <2>; pci { device_type = "pci"; #address-cells =
      <3>; #size-cells = <2>; bus-range = <0 1>; ranges; a@1 { reg = <0x800 0 0 0 0>; };
      b@1,1 { reg = <0x900 0 0 0 0>; }; c@1,0 { reg = <0x800 0 0 0 0>; }; d@2 { reg =
      <0x800 0 0 0 0>; }; e@1,2 { reg = <0x02000a01 1 0 0 0>; }; f { }; g@0 { reg =
      <0x10000 0 0 0 0>; }; h@0 { reg = <0x20000 0 0 0 0>; }; };`,
    finds: [
      'unique_unit_address /pci/g@0',
      'unique_unit_address_if_enabled /pci/g@0',
      'pci_device_reg /pci/d@2',
      'pci_device_reg /pci/e@1,2 reg',
      'pci_device_bus_num /pci/h@0 reg',
    ],
    differs: 'dtc 1.6.1 compares with the first bus twice: no bus but that one passes',
  },
  {
    body: `#address-cells = <3>; #size-cells = <2>; pci { device_type = "pci"; #address-cells =
      <3>; #size-cells = <2>; ranges; a@0 { reg = <0x10000 0 0 0 0>; }; };`,
    finds: ['pci_device_bus_num /pci/a@0 reg'],
  },
]
