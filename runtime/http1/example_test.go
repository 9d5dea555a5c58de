package http1_test

import (
	"fmt"

	"gohap/runtime/http"
	"gohap/runtime/http1"
)

func Example() {
	input := []byte("GET /a?b HTTP/1.1\r\nHost: example.org\r\nConnection: keep-alive\r\n\r\n")
	var r http.Request
	r.Reset()
	n, err := http1.ParseRequest(input, &r, nil)
	fmt.Println(n == len(input), err, r.KeepAlive(), string(r.Path()), string(r.Query()))

	r.Add("x-forwarded-for", []byte("192.0.2.1"))
	r.Conn = http1.RequestConn(&r, false)
	fmt.Printf("%q\n", http1.AppendRequest(nil, &r))
	// Output:
	// true <nil> true /a b
	// "GET /a?b HTTP/1.1\r\nhost: example.org\r\nx-forwarded-for: 192.0.2.1\r\nconnection: close\r\n\r\n"
}
