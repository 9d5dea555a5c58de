package certs

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"gohap/runtime/certs/testpki"
)

func files(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	if err := testpki.Write(dir); err != nil {
		t.Fatal(err)
	}
	return dir
}

func TestLoad(t *testing.T) {
	dir := files(t)
	s := NewStore()
	for name, want := range map[string]string{
		"site.pem": "site.pem", "certs": "certs/a.pem certs/b.pem", "bundle": "bundle.ecdsa bundle.rsa",
	} {
		slots, err := s.Load(filepath.Join(dir, name))
		var got []string
		for _, slot := range slots {
			got = append(got, strings.TrimPrefix(slot.Name, dir+"/"))
		}
		if err != nil || strings.Join(got, " ") != want {
			t.Errorf("%s: %v %v", name, got, err)
		}
	}
	one, _ := s.Load(filepath.Join(dir, "site.pem"))
	two, _ := s.Load(filepath.Join(dir, "site.pem"))
	if one[0] != two[0] {
		t.Error("a file was loaded twice")
	}
}

func TestLoadErrors(t *testing.T) {
	dir := files(t)
	at := func(name, text string) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	read := func(name string) string {
		b, err := os.ReadFile(filepath.Join(dir, name))
		if err != nil {
			t.Fatal(err)
		}
		return string(b)
	}
	cert, key, _ := strings.Cut(read("site.pem"), "-----BEGIN PRIVATE")
	key = "-----BEGIN PRIVATE" + key
	_, other, _ := strings.Cut(read("wild.pem"), "-----BEGIN PRIVATE")
	for path, want := range map[string]string{
		filepath.Join(dir, "none.pem"):                   "unable to stat SSL certificate from file '$' : No such file or directory.",
		at("junk.pem", "junk"):                           "unable to load certificate from file '$'.",
		at("key.pem", key):                               "unable to load certificate from file '$'.",
		at("alone.pem", cert):                            "No Private Key found in '$.key'.",
		at("mixed.pem", cert+"-----BEGIN PRIVATE"+other): "inconsistencies between private key and certificate loaded '$'.",
	} {
		_, err := NewStore().Load(path)
		if err == nil || err.Error() != strings.ReplaceAll(want, "$", path) {
			t.Errorf("%s: %v", path, err)
		}
	}
	at("apart.pem", cert)
	at("apart.pem.key", key)
	if _, err := NewStore().Load(filepath.Join(dir, "apart.pem")); err != nil {
		t.Error(err)
	}
	s := NewStore()
	s.Rules.Extras = 0
	if _, err := s.Load(filepath.Join(dir, "apart.pem")); err == nil {
		t.Error("loads a key that it was told to leave alone")
	}
}

func TestAuthorities(t *testing.T) {
	dir := files(t)
	s := NewStore()
	ca, err := s.CA(filepath.Join(dir, "ca.pem"))
	if err != nil || len(ca.Content().Certs) != 1 {
		t.Fatal(ca, err)
	}
	if crl, err := s.CA(filepath.Join(dir, "crl.pem")); err != nil || len(crl.Content().CRLs) != 1 {
		t.Error(crl, err)
	}
	if _, err := s.CA("/nonexistent"); err == nil || err.Error() != "Couldn't open the ca-file '/nonexistent' (No such file or directory)." {
		t.Error(err)
	}
}

// TestDeclare: a name stands for files of any names, and is loaded when it is used.
func TestDeclare(t *testing.T) {
	dir := files(t)
	at := func(name string) string { return filepath.Join(dir, name) }
	text, _ := os.ReadFile(at("stapled.pem"))
	cert, key, _ := strings.Cut(string(text), "-----BEGIN PRIVATE")
	for name, text := range map[string]string{"a.crt": cert, "b.key": "-----BEGIN PRIVATE" + key} {
		if err := os.WriteFile(at(name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	s := NewStore()
	spec := Spec{Crt: at("a.crt"), Key: at("b.key"), Issuer: at("ca.pem"), OCSP: at("stapled.pem.ocsp")}
	if !s.Declare("@x/a", spec) || s.Declare("@x/a", spec) {
		t.Error("a name is taken twice, or not at all")
	}
	slots, err := s.Load("@x/a")
	if err != nil || len(slots) != 1 || slots[0].Name != "@x/a" || slots[0].Pair().OCSP == nil {
		t.Fatal(slots, err)
	}
	if again, _ := s.Load("@x/a"); len(again) != 1 || again[0] != slots[0] {
		t.Error("loaded twice")
	}
	for want, spec := range map[string]Spec{
		"unable to load certificate from file '/none' : No such file or directory.": {Crt: "/none"},
		"unable to load private key from file '/none' : No such file or directory.": {Crt: at("a.crt"), Key: "/none"},
		"No Private Key found in '" + at("a.crt") + ".key'.":                        {Crt: at("a.crt")},
		"unable to load '/none' : No such file or directory.":                       {Crt: at("a.crt"), Key: at("b.key"), OCSP: "/none"},
		"inconsistencies between private key and certificate loaded '" + at("a.crt") + "'.": {
			Crt: at("a.crt"), Key: at("site.pem")},
	} {
		s.Declare(want, spec)
		if _, err := s.Load(want); err == nil || err.Error() != want {
			t.Errorf("%v: %v, want %s", spec, err, want)
		}
	}
}
