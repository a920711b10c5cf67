/** Sources that break the checks of other buses, references, interrupts and graphs. */
import type { BrokenTree } from './broken-tree.ts'

/** See the head of the file. */
export const brokenBuses: readonly BrokenTree[] = [
  {
    body: `#address-cells = <1>; #size-cells = <1>; soc { compatible = "x", "simple-bus";
      #address-cells = <1>; #size-cells = <1>; ranges; a@1000 { reg = <0x1000 1>; }; b@1000
      { reg = <0x2000 1>; }; c { }; d@3000 { #address-cells = <2>; #size-cells = <1>;
      ranges = <0 0 0x3000 1>; }; e@4000 { #address-cells = <1>; #size-cells = <1>; ranges
      = <0 0x5000 1>; }; f { compatible = "simple-bus"; }; g { ranges; #address-cells =
      <1>; #size-cells = <1>; }; };`,
    finds: [
      'unique_unit_address /soc/a@1000',
      'unique_unit_address_if_enabled /soc/a@1000',
      'simple_bus_reg /soc/b@1000',
      'simple_bus_reg /soc/c',
      'simple_bus_reg /soc/e@4000',
      'simple_bus_reg /soc/g',
    ],
  },
  {
    body: `compatible = "simple-bus"; a { };`,
    finds: [],
  },
  {
    body: `#address-cells = <2>; #size-cells = <1>; soc { compatible = "simple-bus";
      #address-cells = <2>; #size-cells = <1>; ranges; a@100000002 { reg = <1 2 1>; }; b@2
      { reg = <1 2 1>; }; c@2 { reg = <0 2 1>; }; };`,
    finds: [
      'unique_unit_address /soc/b@2',
      'unique_unit_address_if_enabled /soc/b@2',
      'simple_bus_reg /soc/b@2',
    ],
  },
  {
    body: `i2c { #address-cells = <1>; #size-cells = <0>; a@10 { reg = <0x10>; }; b@11 { reg =
      <0x12>; }; c@80 { reg = <0x80>; }; d@13 { reg = <0x40000013>; }; e@80000400 { reg =
      <0x80000400>; }; f { }; g@14 { reg = <0x14 0x99>; }; };`,
    finds: [
      'i2c_bus_reg /i2c/b@11',
      'i2c_bus_reg /i2c/c@80 reg',
      'i2c_bus_reg /i2c/e@80000400 reg',
      'i2c_bus_reg /i2c/f',
      'i2c_bus_reg /i2c/g@14 reg',
    ],
  },
  {
    body: `i2c { #address-cells = <1>; #size-cells = <0>; a@80000110 { reg = <0x80000110>; }; };`,
    finds: [],
    differs: 'dtc 1.6.1 takes an address of 10 bits for one of 7 that is too large',
  },
  {
    body: `i2c { a { }; }; i2c-bus { #address-cells = <2>; #size-cells = <0>; b@1 { reg = <0 1>;
      }; }; i2c-arb { #address-cells = <1>; #size-cells = <1>; c@1 { reg = <1 0>; }; };
      i2c-mux { d { }; };`,
    finds: [
      'i2c_bus_bridge /i2c',
      'i2c_bus_bridge /i2c-bus',
      'i2c_bus_bridge /i2c-arb',
      'i2c_bus_reg /i2c/a',
      'i2c_bus_reg /i2c-bus/b@1',
    ],
  },
  {
    body: `spi { #address-cells = <1>; #size-cells = <0>; a@0 { reg = <0>; }; b@1 { reg = <2>;
      }; c { }; };`,
    finds: ['spi_bus_reg /spi/b@1', 'spi_bus_reg /spi/c'],
  },
  {
    body: `spi { a { }; }; s { #address-cells = <1>; #size-cells = <0>; b@0 { reg = <0>;
      spi-max-frequency = <1>; }; };`,
    finds: ['spi_bus_bridge /spi', 'spi_bus_reg /spi/a'],
  },
  {
    body: `#address-cells = <1>; #size-cells = <1>; s@1 { reg = <1 1>; #address-cells = <1>;
      #size-cells = <0>; b@0 { reg = <0>; spi-cpha; }; }; spi@2 { reg = <2 1>; spi-slave;
      #address-cells = <0>; #size-cells = <0>; slave { }; }; spi@3 { reg = <3 1>;
      spi-slave; #address-cells = <1>; #size-cells = <0>; slave { }; };`,
    finds: [
      'avoid_unnecessary_addr_size /spi@2',
      'avoid_unnecessary_addr_size /spi@3',
      'spi_bus_bridge /s@1',
      'spi_bus_bridge /spi@3',
    ],
  },
  {
    body: `chosen { linux,stdout-path = "x"; bootargs = <1>; interrupt-controller;
      #interrupt-cells = <1>; #address-cells = <0>; }; a { chosen { stdout-path; bootargs =
      "a", "b"; }; };`,
    finds: [
      'obsolete_chosen_interrupt_controller /chosen interrupt-controller',
      'chosen_node_is_root /a/chosen',
      'chosen_node_bootargs /chosen bootargs',
      'chosen_node_bootargs /a/chosen bootargs',
      'chosen_node_stdout_path /chosen linux,stdout-path',
      'chosen_node_stdout_path /a/chosen stdout-path',
    ],
  },
  {
    body: `aliases { Eth0 = "/x"; eth_1 = "/x"; eth2 = "x"; eth3 = "/"; eth4 = ""; eth5; eth6 =
      "/y"; eth7 = "/x/"; eth8 = "//x"; eth9 = "/x//"; phandle = <9>; }; x { };`,
    finds: [
      'property_name_chars_strict /aliases eth_1',
      'alias_paths /aliases Eth0',
      'alias_paths /aliases eth_1',
      'alias_paths /aliases eth3',
      'alias_paths /aliases eth5',
      'alias_paths /aliases eth6',
      'alias_paths /aliases eth9',
    ],
  },
  {
    body: `c: c { #clock-cells = <1>; }; d: d { #clock-cells; }; e: e { }; x1 { clocks = <&c>;
      }; x2 { clocks = <&c 1 &c>; }; x3 { clocks = <&e>; }; x4 { clocks = [00]; }; x5 {
      clocks = <0>, <0xffffffff>, <&c 1>; }; x6 { clocks = <&c 1>, <&e>, <&c>; }; x7 {
      clocks; };`,
    finds: [
      'clocks_property /x1 clocks',
      'clocks_property /x2 clocks',
      'clocks_property /x3 clocks',
      'clocks_property /x4 clocks',
      'clocks_property /x6 clocks',
      'clocks_is_cell /d #clock-cells',
    ],
  },
  {
    body: `d: d { #clock-cells = <1 2>; }; x { clocks = <&d>; };`,
    finds: ['clocks_is_cell /d #clock-cells'],
  },
  {
    body: `p: p { #cooling-cells = <2>; #dma-cells = <1>; #hwlock-cells = <1>; #io-channel-cells
      = <1>; #iommu-cells = <1>; #mbox-cells = <1>; #mux-control-cells = <1>; #phy-cells =
      <1>; #power-domain-cells = <1>; #pwm-cells = <2>; #reset-cells = <1>;
      #sound-dai-cells = <1>; #thermal-sensor-cells = <1>; #msi-cells = <1>;
      #interrupt-cells = <1>; }; x { cooling-device = <&p 1>; dmas = <&p>; hwlocks = <&p>;
      io-channels = <&p>; iommus = <&p>; mboxes = <&p>; msi-parent = <&p>; mux-controls =
      <&p>; phys = <&p>; power-domains = <&p>; pwms = <&p 1>; resets = <&p>; sound-dai =
      <&p>; thermal-sensors = <&p>; interrupts-extended = <&p>; };`,
    finds: [
      'cooling_device_property /x cooling-device',
      'dmas_property /x dmas',
      'hwlocks_property /x hwlocks',
      'interrupts_extended_property /x interrupts-extended',
      'io_channels_property /x io-channels',
      'iommus_property /x iommus',
      'mboxes_property /x mboxes',
      'msi_parent_property /x msi-parent',
      'mux_controls_property /x mux-controls',
      'phys_property /x phys',
      'power_domains_property /x power-domains',
      'pwms_property /x pwms',
      'resets_property /x resets',
      'sound_dai_property /x sound-dai',
      'thermal_sensors_property /x thermal-sensors',
    ],
  },
  {
    body: `p { #clock-cells; #cooling-cells; #dma-cells; #hwlock-cells; #io-channel-cells;
      #iommu-cells; #mbox-cells; #mux-control-cells; #phy-cells; #power-domain-cells;
      #pwm-cells; #reset-cells; #sound-dai-cells; #thermal-sensor-cells; #msi-cells;
      #interrupt-cells; };`,
    finds: [
      'clocks_is_cell /p #clock-cells',
      'cooling_device_is_cell /p #cooling-cells',
      'dmas_is_cell /p #dma-cells',
      'hwlocks_is_cell /p #hwlock-cells',
      'interrupts_extended_is_cell /p #interrupt-cells',
      'io_channels_is_cell /p #io-channel-cells',
      'iommus_is_cell /p #iommu-cells',
      'mboxes_is_cell /p #mbox-cells',
      'msi_parent_is_cell /p #msi-cells',
      'mux_controls_is_cell /p #mux-control-cells',
      'phys_is_cell /p #phy-cells',
      'power_domains_is_cell /p #power-domain-cells',
      'pwms_is_cell /p #pwm-cells',
      'resets_is_cell /p #reset-cells',
      'sound_dai_is_cell /p #sound-dai-cells',
      'thermal_sensors_is_cell /p #thermal-sensor-cells',
    ],
  },
  {
    body: `m: m { msi-controller; }; x { msi-parent = <&m>; power-domains = <&m>; };`,
    finds: ['power_domains_property /x power-domains'],
  },
  {
    body: `x { iommus = <77>; };`,
    finds: ['iommus_property /x iommus'],
  },
  {
    body: `g: g { gpio-controller; #gpio-cells = <1>; hog { gpio-hog; gpios = <1>; }; }; a {
      a-gpio = <&g 1>; foo,nr-gpios = <9>; b-gpios = <&g>; gpio = <&g 1>; gpios = <&g 1>,
      <&a>; mygpios = <4>; }; a: n { };`,
    finds: [
      'deprecated_gpio_property /a a-gpio',
      'deprecated_gpio_property /a gpio',
      'gpios_property /a b-gpios',
      'gpios_property /a gpios',
    ],
  },
  {
    body: `i: i { interrupt-controller; #interrupt-cells = <2>; #address-cells = <0>; a {
      interrupts = <1 2>; }; b { interrupts = <1>; }; }; c { interrupts = <1 2>; }; d {
      interrupt-parent = <&i>; interrupts = <1 2 3>; e { interrupts = <1 2 3 4>; }; }; f {
      interrupts = [00]; interrupt-parent = <&i>; };`,
    finds: [
      'interrupts_property /i/b interrupts',
      'interrupts_property /c',
      'interrupts_property /d interrupts',
      'interrupts_property /f interrupts',
    ],
  },
  {
    body: `interrupt-parent = <0x55>; a { interrupts = <1>; }; b { interrupt-parent = <0>; c {
      interrupts = <1>; }; }; d { interrupt-parent = <&n>; interrupts = <1>; }; n: n {
      #interrupt-cells = <1>; }; e { interrupts = <1>; };`,
    finds: [
      'interrupts_property / interrupt-parent',
      'interrupts_property /b interrupt-parent',
      'interrupts_property /b/c',
      'interrupts_property /n',
    ],
  },
  {
    body: `i: i { interrupt-controller; #interrupt-cells = <0>; #address-cells = <0>; }; a {
      interrupt-parent = <&i>; interrupts = <1>; }; b { interrupt-parent = <&i>;
      interrupts; };`,
    finds: ['interrupts_property /a interrupts'],
  },
  {
    body: `a { interrupt-controller; }; b { interrupt-map; #interrupt-cells = <1>; }; c {
      #interrupt-cells = <1>; }; d { interrupt-controller; #address-cells = <0>; };`,
    finds: ['interrupt_provider /a', 'interrupt_provider /b', 'interrupt_provider /d'],
  },
  {
    body: `port { e1: endpoint { remote-endpoint = <&e2>; }; }; x { port { e2: endpoint {
      remote-endpoint = <&e1>; }; }; };`,
    finds: [],
  },
  {
    body: `x { ports { #address-cells = <1>; #size-cells = <0>; port@0 { reg = <0>; endpoint {
      }; }; }; };`,
    finds: ['graph_child_address /x/ports'],
  },
  {
    body: `x { ports { #address-cells = <1>; #size-cells = <0>; port@1 { reg = <0>; endpoint {
      }; }; port@2 { reg = <2>; endpoint { }; }; }; };`,
    finds: ['graph_port /x/ports/port@1'],
  },
  {
    body: `x { ports { #address-cells = <1>; #size-cells = <0>; port@1 { reg = <0>; endpoint {
      }; }; port@2 { reg = <2 3>; endpoint { }; }; }; };`,
    finds: ['graph_port /x/ports/port@1', 'graph_port /x/ports/port@2'],
    differs: 'dtc 1.6.1 ends in an assertion',
  },
  {
    body: `x { ports { #address-cells = <2>; #size-cells = <1>; port@1 { reg = <1>; a:
      endpoint@1 { reg = <1>; remote-endpoint = <&b>; }; }; }; }; y { port { b: endpoint {
      remote-endpoint = <&c>; }; }; }; z { connector { c: end { remote-endpoint = <&b>; };
      d: endpoint { remote-endpoint = <99>; }; e: endpoint@3 { remote-endpoint = <0>; }; };
      };`,
    finds: [
      'reg_format /x/ports/port@1 reg',
      'reg_format /x/ports/port@1/endpoint@1 reg',
      'avoid_default_addr_size /x/ports/port@1/endpoint@1',
      'unit_address_vs_reg /z/connector/endpoint@3',
      'graph_port /x/ports/port@1',
      'graph_port /z/connector',
      'graph_endpoint /x/ports/port@1/endpoint@1',
      'graph_endpoint /z/connector/end',
      'graph_endpoint /z/connector/endpoint remote-endpoint',
    ],
  },
  {
    body: `x { port { endpoint { remote-endpoint = <&y>; }; }; }; y: y { };`,
    finds: ['graph_endpoint /x/port/endpoint'],
  },
  {
    body: `endpoint { };`,
    finds: ['graph_nodes /endpoint'],
    differs: 'dtc 1.6.1 crashes; later releases warn as we do',
  },
]
