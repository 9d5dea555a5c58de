package sticktable

// DataType is what an entry can store beside its key.
type DataType uint8

// The data types, in the order in which entries are shown.
const (
	ServerID DataType = iota
	GPT0
	GPC0
	GPC0Rate
	ConnCnt
	ConnRate
	ConnCur
	SessCnt
	SessRate
	HTTPReqCnt
	HTTPReqRate
	HTTPErrCnt
	HTTPErrRate
	BytesInCnt
	BytesInRate
	BytesOutCnt
	BytesOutRate
	GPC1
	GPC1Rate
	ServerKey
	HTTPFailCnt
	HTTPFailRate
	GPT
	GPC
	GPCRate
	DataTypes // number of types
)

// Kind is how a data type's value is stored.
type Kind uint8

const (
	// Number is a 32-bit number.
	Number Kind = iota
	// Long is a 64-bit number.
	Long
	// Rate counts the events of a period.
	Rate
	// Name is a string that the table keeps once, however many entries have it.
	Name
)

// size is the number of bytes of a kind's value.
func (k Kind) size() int {
	switch k {
	case Long:
		return 8
	case Rate:
		return rateSize
	}
	return 4
}

// dataTypes describes them.
var dataTypes = [DataTypes]struct {
	name  string
	kind  Kind
	array bool
}{
	ServerID: {name: "server_id"}, GPT0: {name: "gpt0"}, GPC0: {name: "gpc0"}, GPC0Rate: {name: "gpc0_rate", kind: Rate},
	ConnCnt: {name: "conn_cnt"}, ConnRate: {name: "conn_rate", kind: Rate}, ConnCur: {name: "conn_cur"},
	SessCnt: {name: "sess_cnt"}, SessRate: {name: "sess_rate", kind: Rate},
	HTTPReqCnt: {name: "http_req_cnt"}, HTTPReqRate: {name: "http_req_rate", kind: Rate},
	HTTPErrCnt: {name: "http_err_cnt"}, HTTPErrRate: {name: "http_err_rate", kind: Rate},
	BytesInCnt: {name: "bytes_in_cnt", kind: Long}, BytesInRate: {name: "bytes_in_rate", kind: Rate},
	BytesOutCnt: {name: "bytes_out_cnt", kind: Long}, BytesOutRate: {name: "bytes_out_rate", kind: Rate},
	GPC1: {name: "gpc1"}, GPC1Rate: {name: "gpc1_rate", kind: Rate}, ServerKey: {name: "server_key", kind: Name},
	HTTPFailCnt: {name: "http_fail_cnt"}, HTTPFailRate: {name: "http_fail_rate", kind: Rate},
	GPT: {name: "gpt", array: true}, GPC: {name: "gpc", array: true}, GPCRate: {name: "gpc_rate", kind: Rate, array: true},
}

// String is the configuration's word for the type.
func (d DataType) String() string { return dataTypes[d].name }

// Kind is how the type's value is stored.
func (d DataType) Kind() Kind { return dataTypes[d].kind }

// Array reports whether an entry has several values of the type.
func (d DataType) Array() bool { return dataTypes[d].array }

// FindDataType returns the type of that name.
func FindDataType(name string) (DataType, bool) {
	for d := range DataTypes {
		if dataTypes[d].name == name {
			return d, true
		}
	}
	return 0, false
}

// Stored says how a table stores a data type.
type Stored struct {
	// Elements is the number of values, 0 for a type that the table lacks.
	Elements int
	// Period is that of rates, in milliseconds.
	Period uint32

	offset int // of the first value, in an entry
}
