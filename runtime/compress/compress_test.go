package compress

import (
	"bytes"
	"compress/flate"
	"compress/gzip"
	"compress/zlib"
	"hash/adler32"
	"io"
	"strings"
	"testing"
)

// TestWriter has the standard library read what a writer makes of bodies that
// come in one piece and in many.
func TestWriter(t *testing.T) {
	text := strings.Repeat("hello world, hello compression. ", 5000)
	for _, body := range []string{"", "x", text[:1000], text} {
		for _, piece := range []int{1 << 20, 4096, 7} {
			if piece == 7 && len(body) > 1000 {
				continue
			}
			for a := Identity; a <= RawDeflate; a++ {
				var w Writer
				w.Reset(a)
				var got bytes.Buffer
				for at := 0; at < len(body); at += piece {
					got.Write(w.Append([]byte(body[at:min(at+piece, len(body))]), false))
				}
				got.Write(w.Append(nil, true))
				if got.Len() != int(w.Out) || len(body) != int(w.In) {
					t.Errorf("%s counts %d and %d, of %d and %d", a, w.In, w.Out, len(body), got.Len())
				}
				plain, err := decode(a, &got)
				if err != nil || plain != body {
					t.Errorf("%s of %d bytes by %d: %v, %d bytes", a, len(body), piece, err, len(plain))
				}
			}
		}
	}
}

func decode(a Algorithm, b *bytes.Buffer) (string, error) {
	var r io.Reader = b
	var err error
	switch a {
	case Gzip:
		r, err = gzip.NewReader(b)
	case Deflate:
		r, err = zlib.NewReader(b)
	case RawDeflate:
		r = flate.NewReader(b)
	}
	if err != nil {
		return "", err
	}
	plain, err := io.ReadAll(r)
	return string(plain), err
}

func TestAdler(t *testing.T) {
	b := bytes.Repeat([]byte("abcdefg\xff"), 20000)
	sum := uint32(1)
	for at := 0; at < len(b); at += 70001 {
		sum = adlerUpdate(sum, b[at:min(at+70001, len(b))])
	}
	if want := adler32.Checksum(b); sum != want {
		t.Errorf("%x, want %x", sum, want)
	}
}

// TestChoose has what HAProxy 2.6 chose for the same headers.
func TestChoose(t *testing.T) {
	two := []Algorithm{Deflate, Gzip} // "compression algo gzip deflate"
	three := []Algorithm{Gzip, Identity, RawDeflate}
	for _, c := range []struct {
		offered []Algorithm
		accept  string
		want    Algorithm
	}{
		{two, "gzip", Gzip}, {two, "", None}, {two, "deflate", Deflate}, {two, "gzip;q=0, deflate", Deflate},
		{two, "gzip;q=0.5, deflate;q=0.9", Deflate}, {two, "deflate, gzip", Deflate}, {two, "gzip, deflate", Gzip},
		{two, "*", Deflate}, {two, "*;q=0", None}, {two, "GZIP", Gzip}, {two, "x-gzip", None}, {two, "br|gzip", Gzip},
		{two, "  br ;q=1 ,  gzip ; q=0.3", Gzip}, {two, "gzip;q=x", Gzip}, {two, "gzip;q=0.000", None}, {two, "gzip;q=.001", Gzip},
		{two, "gzip;q=0.001", Gzip}, {two, "identity", None},
		{three, "", Identity}, {three, "x-gzip", Identity}, {three, "*", Gzip}, {three, "identity", Identity}, {three, "gzip, deflate", Gzip},
		{three, "deflate", RawDeflate}, {three, "*;q=0", Identity},
	} {
		values := strings.Split(c.accept, "|")
		if c.accept == "" {
			values = nil
		}
		got, named := Choose(c.offered, func() ([]byte, bool) {
			if len(values) == 0 {
				return nil, false
			}
			v := values[0]
			values = values[1:]
			return []byte(v), true
		})
		if got != c.want || named != (got != None && c.accept != "" && c.accept != "x-gzip" && c.accept != "*;q=0") {
			t.Errorf("%v for %q: %s, want %s", c.offered, c.accept, got, c.want)
		}
	}
}

func TestOldBrowser(t *testing.T) {
	for agent, want := range map[string]bool{
		"": false, "Mozilla/5.0": false, "curl": false, "Mozilla/4.0 (compatible)": true,
		"Mozilla/4.0 (compatible; MSIE 5.5; Windows NT 5.0)":      true,
		"Mozilla/4.0 (compatible; MSIE 6.0; Windows NT 5.0)":      true,
		"Mozilla/4.0 (compatible; MSIE 6.0; Windows NT 5.1; SV1)": false,
		"Mozilla/4.0 (compatible; MSIE 7.0; W)":                   false, "Mozilla/4.0 (compatible; MSIE 10.0; W)": false,
	} {
		if got := OldBrowser([]byte(agent)); got != want {
			t.Errorf("%q: %v", agent, got)
		}
	}
}
