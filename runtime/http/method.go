package http

// Method identifies one of the methods that have a meaning of their own for a
// proxy. The zero value is [MethodOther]: only [Request.Method] tells its name.
type Method uint8

// The methods known by number, in the order of HAProxy's "meth" type.
const (
	MethodOther Method = iota
	MethodOptions
	MethodGet
	MethodHead
	MethodPost
	MethodPut
	MethodDelete
	MethodTrace
	MethodConnect
)

var methodNames = [...]string{
	MethodOther:   "",
	MethodOptions: "OPTIONS",
	MethodGet:     "GET",
	MethodHead:    "HEAD",
	MethodPost:    "POST",
	MethodPut:     "PUT",
	MethodDelete:  "DELETE",
	MethodTrace:   "TRACE",
	MethodConnect: "CONNECT",
}

// String returns the method's name, "" for [MethodOther].
func (m Method) String() string { return methodNames[m] }

// LookupMethod returns the number of the method called name. Names are
// case-sensitive (RFC 9110, section 9.1): "get" is [MethodOther].
func LookupMethod(name []byte) Method {
	switch string(name) {
	case "GET":
		return MethodGet
	case "POST":
		return MethodPost
	case "HEAD":
		return MethodHead
	case "PUT":
		return MethodPut
	case "OPTIONS":
		return MethodOptions
	case "DELETE":
		return MethodDelete
	case "CONNECT":
		return MethodConnect
	case "TRACE":
		return MethodTrace
	}
	return MethodOther
}
