package hpack

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	xhpack "golang.org/x/net/http2/hpack"
)

// decode gives a block's fields in words, and how it ended.
func decode(d *Decoder, block []byte) (text string, err error) {
	var f Field
	d.Begin(block)
	for {
		more, err := d.Next(&f)
		if !more || err != nil {
			return text, err
		}
		text += fmt.Sprintf("%q: %q\n", f.Name, f.Value)
	}
}

// reference is decode with the decoder of golang.org/x/net.
func reference(d *xhpack.Decoder, block []byte) (text string, err error) {
	d.SetEmitFunc(func(f xhpack.HeaderField) { text += fmt.Sprintf("%q: %q\n", f.Name, f.Value) })
	if _, err = d.Write(block); err == nil {
		err = d.Close()
	}
	return text, err
}

// TestDecode has both decoders read what an encoder says that changes its table
// and its mind.
func TestDecode(t *testing.T) {
	rnd := rand.New(rand.NewPCG(1, 2))
	word := func(n int) string {
		b := make([]byte, rnd.IntN(n))
		for i := range b {
			b[i] = byte(rnd.IntN(256))
			if rnd.IntN(4) > 0 {
				b[i] = byte('a' + rnd.IntN(26))
			}
		}
		return string(b)
	}
	for round := range 50 {
		var block bytes.Buffer
		enc, ours, theirs := xhpack.NewEncoder(&block), new(Decoder), xhpack.NewDecoder(4096, nil)
		ours.Init(4096, 1<<14)
		known := []string{":path", "cookie", "x-a", "accept"}
		for range 200 {
			block.Reset()
			if rnd.IntN(20) == 0 {
				enc.SetMaxDynamicTableSize(uint32(rnd.IntN(4097)))
			}
			for range 1 + rnd.IntN(20) {
				f := xhpack.HeaderField{Name: known[rnd.IntN(len(known))], Value: word(1 + rnd.IntN(300)), Sensitive: rnd.IntN(5) == 0}
				switch rnd.IntN(4) {
				case 0:
					f.Name = "x" + word(20)
				case 1:
					f.Value = strings.Repeat("v", rnd.IntN(3))
				}
				enc.WriteField(f)
			}
			want, err := reference(theirs, block.Bytes())
			if err != nil {
				t.Fatal(err)
			}
			if got, err := decode(ours, block.Bytes()); err != nil || got != want {
				t.Fatalf("round %d: %v\ngot\n%s\nwant\n%s", round, err, got, want)
			}
		}
	}
}

// TestHuffman: every octet's code is that of the other implementation.
func TestHuffman(t *testing.T) {
	for c := range 256 {
		s := strings.Repeat(string([]byte{byte(c)}), 5) + "a"
		got, err := appendHuffman(nil, xhpack.AppendHuffmanString(nil, s), 100)
		if err != nil || string(got) != s {
			t.Errorf("%q: got %q, %v", s, got, err)
		}
	}
}

// TestStatic: what the static table has is what the other one has.
func TestStatic(t *testing.T) {
	for i := 1; i <= Static; i++ {
		d := new(Decoder)
		d.Init(4096, 100)
		block := []byte{0x80 | byte(i)}
		got, err := decode(d, block)
		want, _ := reference(xhpack.NewDecoder(4096, nil), block)
		if got != want || err != nil {
			t.Errorf("%d: got %q, %v, want %q", i, got, err, want)
		}
		if id := ID(fixed[i].Name); static[id-1].name != static[i-1].name || id > i {
			t.Errorf("%s: got %d", static[i-1].name, id)
		}
	}
}

// TestBad: what breaks the format is refused.
func TestBad(t *testing.T) {
	for _, c := range []struct {
		name, block string
		want        error
	}{
		{"index 0", "\x80", ErrInvalid},
		{"index beyond the table", "\xbe", ErrInvalid},
		{"name beyond the table", "\x7e\x01a", ErrInvalid},
		{"integer cut off", "\xff", ErrInvalid},
		{"integer too large", "\xff\xff\xff\xff\xff\xff\xff", ErrInvalid},
		{"name cut off", "\x40\x03ab", ErrInvalid},
		{"value missing", "\x40\x01a", ErrInvalid},
		{"value too long", "\x40\x01a\x7f\x80\x02", ErrTooLong},
		{"value too long once decoded", "\x40\x01a\xff\x01" + strings.Repeat("\x00", 128), ErrTooLong},
		{"padding of zeros", "\x40\x01a\x81\x18", ErrInvalid},
		{"padding of a whole octet", "\x40\x01a\x82\x1f\xff", ErrInvalid},
		{"end of string", "\x40\x01a\x84\xff\xff\xff\xff", ErrInvalid},
		{"late change of the table", "\x82\x20", errLate},
		{"table too large", "\x3f\xe2\x1f", ErrInvalid},
		{"two changes", "\x20\x3f\xe1\x1f\x82", nil},
	} {
		d := new(Decoder)
		d.Init(4096, 150)
		if _, err := decode(d, []byte(c.block)); err != c.want {
			t.Errorf("%s: got %v, want %v", c.name, err, c.want)
		}
	}
}

// TestUnsound holds what the decoder says about names and values.
func TestUnsound(t *testing.T) {
	for _, c := range []struct {
		name, value string
		want        bool
	}{
		{"x-a", "b", false}, {"x-a", "", false}, {":path", "/", false}, {"", "b", true}, {"X-a", "b", true},
		{"x a", "b", true}, {"x\n", "b", true}, {"x", "b\r", true}, {"x", "\nb", true}, {":path", "a\x00", true},
		{"cookie", "a\r\n", true}, {"cookie", "a\tb\x7f\xff", false},
	} {
		var block bytes.Buffer
		enc := xhpack.NewEncoder(&block)
		d := new(Decoder)
		d.Init(4096, 100)
		for _, how := range []string{"spelt out", "from the table"} {
			block.Reset()
			enc.WriteField(xhpack.HeaderField{Name: c.name, Value: c.value})
			d.Begin(block.Bytes())
			var f Field
			if _, err := d.Next(&f); err != nil || f.Unsound != c.want {
				t.Errorf("%q: %q %s: got %v, %v", c.name, c.value, how, f.Unsound, err)
			}
		}
	}
}

// TestAllocs: once the table is as large as it gets, blocks cost no memory.
func TestAllocs(t *testing.T) {
	var block bytes.Buffer
	enc := xhpack.NewEncoder(&block)
	d := new(Decoder)
	d.Init(4096, 1<<14)
	i := 0
	var f Field
	read := func() {
		block.Reset()
		i++
		enc.WriteField(xhpack.HeaderField{Name: ":path", Value: "/some/path/" + strings.Repeat("x", i%50)})
		enc.WriteField(xhpack.HeaderField{Name: "user-agent", Value: "somebody"})
		d.Begin(block.Bytes())
		for more := true; more; {
			var err error
			if more, err = d.Next(&f); err != nil {
				t.Fatal(err)
			}
		}
	}
	for range 1000 {
		read()
	}
	block.Reset()
	enc.WriteField(xhpack.HeaderField{Name: "x-new", Value: "a value"})
	if n := testing.AllocsPerRun(1000, func() {
		d.Begin(block.Bytes())
		for more := true; more; {
			more, _ = d.Next(&f)
		}
	}); n > 0 {
		t.Errorf("a block takes %v allocations", n)
	}
	if n := cap(d.table.text); n > 2*4096 {
		t.Errorf("the table's text takes %d bytes", n)
	}
}

// FuzzDecode has both decoders read two blocks of one connection.
func FuzzDecode(f *testing.F) {
	f.Add([]byte("\x82\x41\x01a"), []byte("\xbe\x7e\x83\x01\x02\x03"))
	f.Fuzz(func(t *testing.T, one, two []byte) {
		ours, theirs := new(Decoder), xhpack.NewDecoder(256, nil)
		ours.Init(256, 1<<20)
		for _, block := range [][]byte{one, two} {
			want, wrong := reference(theirs, block)
			got, err := decode(ours, block)
			if err == errLate || wrong != nil && strings.Contains(wrong.Error(), "size update") {
				return // about which they are of two minds
			}
			if (err != nil) != (wrong != nil) {
				t.Fatalf("got %v, want %v", err, wrong)
			}
			if err != nil {
				return
			}
			if got != want {
				t.Fatalf("got\n%s\nwant\n%s", got, want)
			}
		}
	})
}
