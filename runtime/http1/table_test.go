package http1_test

import (
	"errors"
	"fmt"
	"strconv"
	"testing"

	"gohap/runtime/http"
	"gohap/runtime/http1"
)

// The files under testdata, and the options that go with them.
var requestFiles = []struct {
	name    string
	options http1.Options
	config  string
}{
	{"request.txt", http1.Options{}, ""},
	{"request-invalid.txt", http1.Options{AcceptInvalid: true}, "option accept-invalid-http-request"},
}

var responseFiles = []struct {
	name    string
	options http1.Options
	config  string
}{
	{"response.txt", http1.Options{}, ""},
	{"response-invalid.txt", http1.Options{AcceptInvalid: true}, "option accept-invalid-http-response"},
}

// requestOutcome is what gohap makes of a request, as the files write it: with
// the place of an error. A
// server that is not kept is what the recorded HAProxy was told to use.
func requestOutcome(in string, o *http1.Options) string {
	var r http.Request
	r.Reset()
	n, err := http1.ParseRequest([]byte(in), &r, o)
	if err != nil {
		return fmt.Sprintf("%s at %d in %s", status(err), r.Err.Pos, r.Err.State)
	}
	if n == 0 {
		return "-"
	}
	r.Conn = http1.RequestConn(&r, false)
	return quote(string(http1.AppendRequest(nil, &r)))
}

// responseOutcome is what gohap makes of a response to a request.
func responseOutcome(t testing.TB, request, reply string, o *http1.Options) string {
	var req http.Request
	req.Reset()
	if _, err := http1.ParseRequest([]byte(request), &req, nil); err != nil {
		t.Fatal(err)
	}
	var r http.Response
	r.Reset()
	n, err := http1.ParseResponse([]byte(reply), &r, &req, o)
	if err != nil {
		return status(err)
	}
	if n == 0 {
		return "502" // the server closes
	}
	r.Conn = http1.ResponseConn(&req, &r, http1.ClientKeep(&req, &r))
	return quote(string(http1.AppendResponse(nil, &r)))
}

// status returns the status that an error asks for.
func status(err error) string {
	var e *http.Error
	if !errors.As(err, &e) {
		return err.Error()
	}
	return strconv.Itoa(e.Status)
}

func TestRequests(t *testing.T) {
	for _, f := range requestFiles {
		_, cases := readCases(t, f.name)
		for _, c := range cases {
			t.Run(c.name, func(t *testing.T) {
				if got := requestOutcome(c.in, &f.options); got != c.want() {
					t.Errorf("%q\n got %s\nwant %s", c.in, got, c.want())
				}
			})
		}
	}
}

func TestResponses(t *testing.T) {
	for _, f := range responseFiles {
		_, cases := readCases(t, f.name)
		for _, c := range cases {
			t.Run(c.name, func(t *testing.T) {
				if got := responseOutcome(t, c.in, c.reply, &f.options); got != c.want() {
					t.Errorf("%q to %q\n got %s\nwant %s", c.reply, c.in, got, c.want())
				}
			})
		}
	}
}
