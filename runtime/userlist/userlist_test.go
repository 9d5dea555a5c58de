package userlist

import (
	"strings"
	"testing"
)

// hashes are of the password "secret", as crypt(3) writes them.
var hashes = []string{
	"$1$abcdefgh$cHJi5PXp/ki/ktXzqlk6I1",
	"$5$abcdefgh$gruCpC7VkOTspMQTTSAR8mtlO9Upms.fwqE5y16JVM.",
	"$6$rounds=1000$abcdefgh$nhYjN017qxiYztzyUpZtPnUQcnLy62KsunSLHNeLahp2EHPlAKmFFlrjEwSXGo2kgY5hR2.peKEg2VGUqIJJu1",
	"$2y$05$abcdefghijklmnopqrstuuOQiyCxlgf/oeuTqixKmWdcYUh4Hjl0a",
	"$y$j9T$abcdefgh$IUWJt2doU4Kf6E/JP1UkAT3S5O3Q7SSA8SJirXIlEu9",
}

func TestVerify(t *testing.T) {
	for _, h := range hashes {
		if Foreign(h) || !verify(h, []byte("secret")) {
			t.Errorf("%s is not recognised", h)
		}
		for _, wrong := range []string{"", "Secret", "secret ", "secret\x00"} {
			if verify(h, []byte(wrong)) {
				t.Errorf("%s: %q passes", h, wrong)
			}
		}
	}
	for _, h := range []string{"", "secret", "$1$", "$1$abc", "$5$rounds=1$a$b", "$5$a$", "$2y$05$", "$y$", "$y$j9T$", "$9$abc"} {
		if verify(h, []byte("secret")) || verify(h, nil) {
			t.Errorf("%q lets somebody in", h)
		}
	}
}

func TestCheck(t *testing.T) {
	l := New("l")
	l.AddGroup("g")
	l.AddUser("plain", &User{Hash: "x", Plain: true})
	l.AddUser("hashed", &User{Hash: hashes[0]})
	l.AddUser("nobody", &User{})
	if l.AddUser("plain", &User{}) || l.AddGroup("g") {
		t.Error("a second one of the name is taken")
	}
	if !l.Join("hashed", "g") || l.Join("ghost", "g") {
		t.Error("who may join a group is wrong")
	}
	if !l.In([]byte("hashed"), "g") || l.In([]byte("plain"), "g") || l.In([]byte("ghost"), "g") {
		t.Error("membership is wrong")
	}
	for range 3 { // the second time comes from memory
		for _, c := range []struct {
			user, password string
			want           bool
		}{
			{"plain", "x", true}, {"plain", "y", false}, {"hashed", "secret", true}, {"hashed", "other", false},
			{"nobody", "", false}, {"ghost", "x", false}, {"hashed", strings.Repeat("x", 600), false},
		} {
			if got := l.Check([]byte(c.user), []byte(c.password)); got != c.want {
				t.Errorf("%s/%s: %v", c.user, c.password, got)
			}
		}
	}
}

func TestCheckAllocatesOnce(t *testing.T) {
	l := New("l")
	l.AddUser("u", &User{Hash: hashes[1]})
	user, right, wrong := []byte("u"), []byte("secret"), []byte("wrong")
	if n := testing.AllocsPerRun(100, func() {
		l.Check(user, right)
		l.Check(user, wrong)
	}); n != 0 {
		t.Errorf("%v allocations", n)
	}
}
