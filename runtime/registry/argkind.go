package registry

var argKindNames = [...]string{
	ArgString: "string", ArgInt: "integer", ArgTime: "delay", ArgSize: "size",
	ArgIPv4: "IPv4 address", ArgIPv6: "IPv6 address", ArgMask4: "IPv4 mask", ArgMask6: "IPv6 mask",
	ArgFrontend: "frontend", ArgBackend: "backend", ArgServer: "server", ArgTable: "table",
	ArgUserlist: "user list", ArgRegexp: "regex", ArgVariable: "string", ArgMapFile: "string",
	ArgID: "identifier", ArgField: "Protocol buffers field number",
}

// String is what messages and -dK call the kind.
func (k ArgKind) String() string { return argKindNames[k] }
