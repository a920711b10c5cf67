/// <reference types="node" />

/** The package's version, put in by the bundler. */
declare const DMAPLUMB_VERSION: string
