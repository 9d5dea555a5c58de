// Package httpclient is the process's own HTTP client: what the command "httpclient"
// of the runtime API uses, and the words "httpclient.*" of the global section
// configure (configuration.txt 3.1).
//
// A request waits in the primitives of runtime/conn, as streams do, and streams what
// it gets: it holds one buffer, however long the response is.
package httpclient
