package errorpage

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"

	"gohap/runtime/http"
	"gohap/runtime/http1"
)

// Read reads a page from a file, for a proxy whose tune.bufsize is bufsize
// bytes (0 for the default). Warning and error are worded as HAProxy does, for
// the caller to put its position before them.
func Read(path string, bufsize int) (p *Page, warning string, err error) {
	if bufsize <= 0 {
		bufsize = http1.DefaultBufSize
	}
	f, err := os.Open(path)
	if err != nil {
		return nil, "", fmt.Errorf("error opening file '%s'.", path)
	}
	defer f.Close()
	content, err := io.ReadAll(io.LimitReader(f, int64(bufsize)+1))
	if err != nil {
		return nil, "", fmt.Errorf("error reading file '%s'.", path)
	}
	if len(content) > bufsize {
		warning = fmt.Sprintf("custom error message file '%s' larger than %d bytes. Truncating.", path, bufsize)
		content = content[:bufsize]
	}
	if p, err = Parse(content, bufsize); err != nil {
		err = fmt.Errorf("'%s': %w", path, err)
	}
	return p, warning, err
}

// Parse makes a page of a raw HTTP/1 response, at most bufsize bytes long.
// Nothing at all makes an empty page. The content is not kept.
func Parse(content []byte, bufsize int) (*Page, error) {
	if len(content) == 0 {
		return &Page{}, nil
	}
	if bufsize <= 0 {
		bufsize = http1.DefaultBufSize
	}
	b := bytes.Clone(content)
	var r http.Response
	r.Reset()
	n, err := http1.ParseFile(b, &r)
	if err == nil && n == 0 {
		return nil, errors.New("unable to parse headers (error offset: -2)")
	}
	if err != nil {
		return nil, fmt.Errorf("unable to parse headers (error offset: %d)", r.Err.Pos)
	}
	body := b[n:]
	if err := check(&r, body); err != nil {
		return nil, err
	}
	if http1.StoredSize(&r, len(body)) > bufsize {
		return nil, errors.New("unable to add payload into the HTX message")
	}
	p := &Page{
		Status:  r.Status,
		Reason:  slices.Clone(r.Reason),
		Version: r.Version,
		Body:    body,
		length:  r.ContentLength >= 0,
	}
	for i := range r.Len() {
		f := r.At(i)
		p.fields = append(p.fields, http.Field{Name: slices.Clone(f.Name), Value: slices.Clone(f.Value)})
	}
	return p, nil
}

// check refuses what is no response that a proxy could make.
func check(r *http.Response, body []byte) error {
	bare := r.Status < 200 || r.Status == 204 || r.Status == 304
	switch {
	case r.Protocol != nil:
		return fmt.Errorf("invalid http version (%s)", r.Protocol)
	case r.Status >= 100 && r.Status < 200 && r.Status != 101:
		return fmt.Errorf("invalid http status code for an error message (%d)", r.Status)
	case r.Framing == http.Chunked:
		return errors.New("chunk-encoded payload not supported")
	case bare && len(body) > 0:
		return errors.New("message payload not expected")
	case !bare && r.ContentLength >= 0 && r.ContentLength != int64(len(body)):
		return fmt.Errorf("payload size does not match the announced content-length (%d != %d)", len(body), r.ContentLength)
	}
	return nil
}
