package ssl

import (
	"crypto/x509/pkix"
	"encoding/asn1"
	"testing"
)

func TestName(t *testing.T) {
	der, err := asn1.Marshal(pkix.Name{Country: []string{"DE"}, Organization: []string{"Some, Org"}, OrganizationalUnit: []string{"B", "A"}, CommonName: " x"}.ToRDNSequence())
	if err != nil {
		t.Fatal(err)
	}
	n := ParseName(der)
	if got := string(n.Append(nil)); got != "/C=DE/O=Some, Org/OU=A/OU=B/CN= x" {
		t.Error(got)
	}
	if got := string(n.AppendRFC2253(nil)); got != `CN=\ x,OU=B+OU=A,O=Some\, Org,C=DE` {
		t.Error(got)
	}
	for _, c := range []struct {
		kind string
		nth  int
		want string
		ok   bool
	}{{"OU", 0, "A", true}, {"OU", 1, "A", true}, {"OU", 2, "B", true}, {"OU", 3, "", false}, {"OU", -1, "B", true}, {"OU", -2, "A", true}, {"OU", -3, "", false}, {"L", 1, "", false}} {
		if got, ok := n.Find(c.kind, c.nth); got != c.want || ok != c.ok {
			t.Errorf("%s %d: %q %v", c.kind, c.nth, got, ok)
		}
	}
	if ParseName([]byte("junk")) != nil {
		t.Error("junk has a name")
	}
}
