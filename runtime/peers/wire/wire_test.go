package wire

import (
	"bytes"
	"encoding/hex"
	"errors"
	"math"
	"reflect"
	"strings"
	"testing"
)

// unhex reads bytes as they were seen between two HAProxys.
func unhex(t testing.TB, text string) []byte {
	t.Helper()
	b, err := hex.DecodeString(strings.ReplaceAll(text, " ", ""))
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func TestNumber(t *testing.T) {
	for _, c := range []struct {
		v    uint64
		text string
	}{
		{0, "00"}, {239, "ef"}, {240, "f0 00"}, {2287, "ff 7f"}, {2288, "f0 80 00"}, {0x1234, "f4 94 01"}, {264431, "ff ff 7f"}, {264432, "f0 80 80 00"},
		{120000, "f0 bd 39"}, {60000, "f0 97 1c"},
	} {
		if got := hex.EncodeToString(AppendNumber(nil, c.v)); got != strings.ReplaceAll(c.text, " ", "") {
			t.Errorf("%d is %s, want %s", c.v, got, c.text)
		}
	}
	for shift := range 64 {
		for _, v := range []uint64{1 << shift, 1<<shift - 1, 1<<shift + 239, math.MaxUint64 >> shift} {
			b := AppendNumber(nil, v)
			got, rest, err := Number(append(b, 7))
			if got != v || len(rest) != 1 || err != nil {
				t.Errorf("%d comes back as %d, %v", v, got, err)
			}
			for n := range len(b) {
				if _, _, err := Number(b[:n]); err != ErrShort {
					t.Errorf("%d, %d bytes of it: %v", v, n, err)
				}
			}
		}
	}
	if _, _, err := Number(bytes.Repeat([]byte{0xff}, 20)); err != ErrProtocol {
		t.Errorf("a number without an end: %v", err)
	}
}

func TestNext(t *testing.T) {
	for _, c := range []struct {
		text string
		err  error
		rest int
	}{
		{"00 04 00", nil, 1}, {"00", ErrShort, 1}, {"05 00", nil, 0}, {"ff 00", ErrProtocol, 2}, {"0a 80", ErrShort, 2}, {"0a 80 03 61 62", ErrShort, 5},
		{"0a 80 03 61 62 63 64", nil, 1}, {"0a 80 ff ff ff ff 7f", ErrSize, 7}, {"0a 07", nil, 0}, {"0a 90 00", nil, 0},
	} {
		_, rest, err := Next(unhex(t, c.text), 100)
		if err != c.err || len(rest) != c.rest {
			t.Errorf("%s: %v, %d bytes left; want %v, %d", c.text, err, len(rest), c.err, c.rest)
		}
	}
}

// TestSeen reads and writes what HAProxy 2.6.12 sent of a table with
// gpt(3),gpc(2),gpc_rate(2,5s),conn_cnt,bytes_in_cnt,server_id,conn_cur.
func TestSeen(t *testing.T) {
	raw := unhex(t, "0a 82 16 05 02 74 62 04 04 f1 f6 82 6f f0 bd 39 16 03 17 02 18 02 f8 a9 01"+
		"0a 85 24 00 00 00 0f 00 01 d2 56 7f 00 00 01 00 05 00 f6 0b 00 00 00 00 00 f0 e3 bc 8f 11 02 03 f0 e3 bc 8f 11 00 00")
	m, rest, err := Next(raw, 100)
	if err != nil || m.Class != Update || m.Type != Define {
		t.Fatal(m, err)
	}
	var d Definition
	if err := ReadDefinition(m.Body, &d); err != nil || !d.Complete() {
		t.Fatal(err, d)
	}
	want := Definition{ID: 5, Name: []byte("tb"), Key: IPv4Key, KeyLen: 4, Data: 0x1c02051, Expire: 120000}
	want.Elements[22], want.Elements[23], want.Elements[24], want.Period[24] = 3, 2, 2, 5000
	if !reflect.DeepEqual(d, want) {
		t.Errorf("got  %+v\nwant %+v", d, want)
	}
	if again := AppendDefinition(nil, &d); !bytes.Equal(again, raw[:len(again)]) || len(again)+len(rest) != len(raw) {
		t.Errorf("the definition is written as %x", again)
	}
	m, _, err = Next(rest, 100)
	if err != nil {
		t.Fatal(err)
	}
	c, err := ReadChange(m, &d, 3)
	if err != nil || c.Number != 15 || !c.Timed || c.Left != 119382 || !bytes.Equal(c.Key, []byte{127, 0, 0, 1}) {
		t.Fatalf("%+v, %v", c, err)
	}
	body := AppendChange(nil, TimedEntry, &d, c.Number, c.Left, c.Key)
	var seen []Value
	if err := c.Values(&d, func(v *Value) {
		seen = append(seen, *v)
		if IsRate(v.Kind) {
			body = AppendRate(body, uint32(v.Age), v.Curr, v.Prev)
		} else {
			body = AppendNumber(body, v.Number)
		}
	}); err != nil {
		t.Fatal(err)
	}
	if again := AppendMessage(nil, TimedEntry, body); !bytes.Equal(again, rest) {
		t.Errorf("the entry is written as %x", again)
	}
	if len(seen) != 11 || seen[1].Kind != 4 || seen[1].Number != 5 || seen[3].Number != 422 || seen[9].Curr != 2 || seen[9].Prev != 3 || seen[10].Index != 1 {
		t.Errorf("values %+v", seen)
	}
}

// TestNames reads and writes the names of servers as HAProxy does: the first time
// the name itself, then its number, and nothing for none.
func TestNames(t *testing.T) {
	d := Definition{Key: StringKey, KeyLen: 32, Data: 1<<0 | 1<<19}
	for _, c := range []struct {
		text  string
		id    uint64
		name  string
		known bool
	}{
		{"03 2f 73 31 01 04 01 02 73 31", 1, "s1", false}, {"03 2f 73 33 01 01 01", 1, "s1", true}, {"01 78 01 00", 0, "", true},
	} {
		raw := unhex(t, c.text)
		change, err := ReadChange(Message{Update, NextEntry, raw}, &d, 7)
		if err != nil || change.Number != 8 {
			t.Fatal(err)
		}
		body := AppendChange(nil, NextEntry, &d, 8, 0, change.Key)
		if err := change.Values(&d, func(v *Value) {
			if v.Kind == 0 {
				body = AppendNumber(body, v.Number)
				return
			}
			if v.ID != c.id || !c.known && string(v.Name) != c.name || c.known && v.Name != nil {
				t.Errorf("%s: %+v", c.text, v)
			}
			body = AppendName(body, c.id, c.name, c.known)
		}); err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(body, raw) {
			t.Errorf("%s is written as %x", c.text, body)
		}
	}
}

func TestWrongDefinitions(t *testing.T) {
	for _, text := range []string{"", "05", "01 03 74", "02 01 30", "01 03 2f 74 31", "01 03 2f 74 31 06 15"} {
		if err := ReadDefinition(unhex(t, text), new(Definition)); err != ErrProtocol {
			t.Errorf("%s: %v", text, err)
		}
	}
	var d Definition
	if err := ReadDefinition(unhex(t, "02 03 2f 74 31 06 15 f4 31 f0 97 1c"), &d); err != nil || d.Complete() {
		t.Errorf("rates without a period: %v, %+v", err, d)
	}
}

func TestHello(t *testing.T) {
	for _, c := range []struct {
		text  string
		wrong Status
		err   error
	}{
		{"HAProxyS 2.1\nA\nC 99 1\n", 0, nil}, {"HAProxyS 2.0\nA\nC 99 1\n", 0, nil}, {"HAProxyS 2.9\nA\nC 99 1\n", BadVersion, nil},
		{"HAProxyS 2\nA\nC 99 1\n", BadVersion, nil}, {"HAProxyS 1.0\nA\nC 99 1\n", BadVersion, nil}, {"GET / HTTP/1.1\n", BadProtocol, nil},
		{"HAProxyS 2.1\r\nA\r\nC 99 1\r\n", 0, nil}, {"HAProxyS 2.1\nA\nC\n", BadProtocol, nil}, {"HAProxyS 2.1\nA\nC 99\n", 0, nil}, {"\n", BadProtocol, nil},
		{"HAProxyS2.1\nA\nC 99 1\n", BadProtocol, nil}, {"HAProxyS  2.1\nA\nC 99 1\n", BadVersion, nil}, {"HAProxyS 2.1\nA", BadProtocol, ErrShort},
		{"HAProxyS 2.1\nA\n" + strings.Repeat("x", MaxHello), BadProtocol, nil},
	} {
		h, rest, wrong, err := ReadHello([]byte(c.text + ""))
		if wrong != c.wrong || !errors.Is(err, c.err) || wrong == 0 && (h.Remote != "A" || h.Local != "C" || len(rest) != 0) {
			t.Errorf("%q: %+v, %d, %v", c.text, h, wrong, err)
		}
	}
	if got := string(AppendHello(nil, Minor, "B", "A", 42)); got != "HAProxyS 2.1\nB\nA 42 1\n" {
		t.Errorf("hello %q", got)
	}
	for _, s := range []Status{OK, TryAgain, BadProtocol, BadVersion, UnknownRemote, UnknownLocal} {
		if got, rest, err := ReadStatus(append(AppendStatus(nil, s), 0)); got != s || len(rest) != 1 || err != nil {
			t.Errorf("%d comes back as %d, %v", s, got, err)
		}
	}
	for text, want := range map[string]error{"20": ErrShort, "2000\n": ErrProtocol, "abcdef": ErrProtocol, "-12\n": nil} {
		if s, _, err := ReadStatus([]byte(text)); err != want || s == OK {
			t.Errorf("%q: %d, %v", text, s, err)
		}
	}
}

// FuzzMessages reads whatever comes as a peer would.
func FuzzMessages(f *testing.F) {
	for _, text := range []string{
		"0a 82 16 05 02 74 62 04 04 f1 f6 82 6f f0 bd 39 16 03 17 02 18 02 f8 a9 01 0a 80 1f 00 00 00 0f 7f 00 00 01 00 05 00 f6 0b 00 00 00 00 00 f0 e3 bc 8f 11 02 03",
		"0a 82 0e 06 03 73 72 76 06 20 f1 f1 fe 00 f0 bd 39 0a 81 0a 03 2f 73 31 01 04 01 02 73 31 0a 84 05 01 00 00 00 01", "00 00 00 03 01 00 ff",
		"0a 82 0a 03 02 74 36 02 04 80 f0 bd 39 0a 86 0c 00 00 00 01 00 00 00 07 09",
	} {
		f.Add(unhex(f, text))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		var d Definition
		last := uint32(0)
		for {
			m, rest, err := Next(b, 1000)
			if err != nil {
				return
			}
			if len(rest) >= len(b) {
				t.Fatal("no progress")
			}
			b = rest
			switch {
			case m.Class != Update:
			case m.Type == Define:
				if ReadDefinition(m.Body, &d) == nil && d.Data < 1<<Types && d.Complete() {
					var again Definition
					msg, _, _ := Next(AppendDefinition(nil, &d), 1<<20)
					if err := ReadDefinition(msg.Body, &again); err != nil || !reflect.DeepEqual(d, again) {
						t.Fatalf("%+v comes back as %+v, %v", d, again, err)
					}
				}
			case m.Type == Ack:
				ReadAck(m.Body)
			case m.Type >= withLength:
				if c, err := ReadChange(m, &d, last); err == nil {
					last = c.Number
					c.Values(&d, func(*Value) {})
				}
			}
		}
	})
}

// FuzzHello reads whatever comes as a hello and as an answer.
func FuzzHello(f *testing.F) {
	f.Add([]byte("HAProxyS 2.1\nA\nC 99 1\n\x00\x00"))
	f.Add([]byte("200\n"))
	f.Fuzz(func(_ *testing.T, b []byte) {
		ReadHello(b)
		ReadStatus(b)
	})
}
