package balance

import (
	"fmt"
	"testing"
)

// The values of haproxy's converters of the same names.
func TestFunctions(t *testing.T) {
	for _, c := range []struct {
		key  string
		f    Function
		sum  uint32
		aval uint32
	}{
		{"/", SDBM, 47, 2118074832},
		{"/abc/def", SDBM, 2488103721, 757406733},
		{"/abc/def", DJB2, 4065257624, 3333340084},
		{"/abc/def", WT6, 1161081544, 504080950},
		{"/abc/def", CRC32, 4174367765, 3240142830},
		{"/x%ff/yyyyyyyyyyyyyyyyyyyyyyy", SDBM, 803150758, 677120848},
		{"/x%ff/yyyyyyyyyyyyyyyyyyyyyyy", DJB2, 973560843, 644766453},
		{"/x%ff/yyyyyyyyyyyyyyyyyyyyyyy", WT6, 1737257727, 3903396967},
		{"/x%ff/yyyyyyyyyyyyyyyyyyyyyyy", CRC32, 1895671613, 2156266204},
	} {
		if got := c.f.Sum([]byte(c.key)); got != c.sum {
			t.Errorf("%d(%s) = %d, want %d", c.f, c.key, got, c.sum)
		}
		if got := Avalanche(c.f.Sum([]byte(c.key))); got != c.aval {
			t.Errorf("%d(%s) with avalanche = %d, want %d", c.f, c.key, got, c.aval)
		}
	}
}

// hashConfigs are the hash types that the tests compare with haproxy's.
var hashConfigs = []struct {
	line   string
	config Config
}{
	{"", Config{}},
	{"hash-type map-based djb2", Config{Function: DJB2}},
	{"hash-type map-based wt6 avalanche", Config{Function: WT6, Avalanche: true}},
	{"hash-type map-based crc32", Config{Function: CRC32}},
	{"hash-type consistent", Config{Consistent: true, Avalanche: true}},
	{"hash-type consistent sdbm", Config{Consistent: true}},
	{"hash-type consistent crc32 avalanche", Config{Consistent: true, Function: CRC32, Avalanche: true}},
	{"hash-type consistent djb2", Config{Consistent: true, Function: DJB2}},
}

func TestSourceLikeHAProxy(t *testing.T) {
	if testing.Short() {
		t.Skip("starts processes")
	}
	for _, c := range hashConfigs {
		h := startHAProxy(t, " balance source\n "+c.line, []string{"weight 3", "weight 1", "weight 2", "id 9", "weight 5"})
		fs, ss := fakes(3, 1, 2, 1, 5)
		fs[3].id, fs[4].id = 9, 5
		cfg := c.config
		cfg.Algorithm = Source
		b := New(cfg, ss)
		wrong := 0
		for i := range 150 {
			ip := [4]byte{127, byte(i * 7), byte(i * i), byte(i + 1)}
			want := h.pick(fmt.Sprintf("%d.%d.%d.%d", ip[0], ip[1], ip[2], ip[3]), "/", "")
			if got := b.Pick(ip[:], None); got != want {
				if wrong++; wrong < 4 {
					t.Errorf("%q: %v goes to server %d, want %d", c.line, ip, got+1, want+1)
				}
			}
		}
		if wrong > 0 {
			t.Errorf("%q: %d of 150 wrong", c.line, wrong)
		}
	}
}

func TestKeysLikeHAProxy(t *testing.T) {
	if testing.Short() {
		t.Skip("starts processes")
	}
	for _, c := range hashConfigs {
		h := startHAProxy(t, " balance hdr(k)\n "+c.line, []string{"weight 3", "weight 1", "weight 20", "", "weight 5"})
		_, ss := fakes(3, 1, 20, 1, 5)
		cfg := c.config
		cfg.Algorithm = Hdr
		b := New(cfg, ss)
		wrong := 0
		for i := range 150 {
			key := fmt.Sprintf("key-%d%c", i*i*i, 'a'+i%26)
			want := h.pick("", "/", "k: "+key+"\r\n")
			if got := b.Pick([]byte(key), None); got != want {
				if wrong++; wrong < 4 {
					t.Errorf("%q: %s goes to server %d, want %d", c.line, key, got+1, want+1)
				}
			}
		}
		if wrong > 0 {
			t.Errorf("%q: %d of 150 wrong", c.line, wrong)
		}
	}
}
