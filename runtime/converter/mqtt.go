package converter

import (
	"fmt"
	"strconv"
	"strings"

	"gohap/runtime/core"
	"gohap/runtime/registry"
)

func init() {
	registry.Converters.Add(
		&registry.Converter{
			Keyword: registry.Keyword{
				Name: "mqtt_is_valid", Manual: "7.3.1", Doc: "True if the bytes start with a valid MQTT message, CONNECT or CONNACK; no value as long as it is cut.",
				OK: []string{"req.payload(0,0),mqtt_is_valid"}, Bad: []string{"req.payload(0,0),mqtt_is_valid(1)"},
			},
			In: core.Bin, Out: core.Bool,
			Compile: plain(func(_ *core.Stream, p *core.Sample) bool {
				var m mqttMessage
				state := m.parse(p.Bytes)
				p.SetBool(state == mqttWhole)
				return state != mqttCut
			}),
		},
		&registry.Converter{
			Keyword: registry.Keyword{
				Name: "mqtt_field_value", Manual: "7.3.1", Usage: "(<packettype>,<fieldname_or_property_ID>)",
				Doc: "A field, or a property of MQTT 5, of an MQTT message CONNECT or CONNACK.",
				OK:  []string{"req.payload(0,0),mqtt_field_value(connect,username)", "req.payload(0,0),mqtt_field_value(2,17)"},
				Bad: []string{"req.payload(0,0),mqtt_field_value(connect)", "req.payload(0,0),mqtt_field_value(publish,x)", "req.payload(0,0),mqtt_field_value(connect,x)"},
			},
			In: core.Bin, Out: core.Str, Min: 2,
			Args: []registry.ArgSpec{argument(registry.ArgString, "packettype"), argument(registry.ArgString, "fieldname_or_property_ID")},
			Compile: func(_ *registry.Compiler, a []registry.Arg) (core.Convert, error) {
				kind, ok := mqttTypes[strings.ToLower(a[0].Text)]
				if !ok {
					return nil, fmt.Errorf("Unknown MQTT type '%s'", a[0].Text)
				}
				want, ok := mqttFields[kind][strings.ToLower(a[1].Text)]
				if n, err := strconv.ParseUint(a[1].Text, 10, 8); err == nil && n < uint64(len(mqttProperties)) && n != mqttUserProperty && mqttProperties[n].kinds&mqttKinds[kind] != 0 {
					want, ok = mqttProperty+mqttField(n), true
				}
				if !ok {
					return nil, fmt.Errorf("Unknown MQTT field name '%s' for packet type '%s'", a[1].Text, a[0].Text)
				}
				return func(s *core.Stream, p *core.Sample) bool {
					m := mqttMessage{kind: kind, want: want}
					if m.parse(p.Bytes) != mqttWhole || !m.found {
						return false
					}
					if m.text != nil {
						p.SetStr(m.text)
					} else {
						p.SetStr(strconv.AppendUint(s.Scratch(20)[:0], m.number, 10))
					}
					return true
				}, nil
			},
		},
	)
}

// The types of messages.
const (
	mqttConnect byte = 1
	mqttConnack byte = 2
)

var mqttTypes = map[string]byte{"connect": mqttConnect, "1": mqttConnect, "connack": mqttConnack, "2": mqttConnack}

// mqttField is a field of a message; a property follows mqttProperty.
type mqttField int

const (
	mqttFlags mqttField = iota
	mqttProtocolName
	mqttProtocolVersion
	mqttClientID
	mqttWillTopic
	mqttWillPayload
	mqttUsername
	mqttPassword
	mqttKeepalive
	mqttReasonCode
	mqttProperty
)

var mqttFields = map[byte]map[string]mqttField{
	mqttConnect: {
		"flags": mqttFlags, "protocol_name": mqttProtocolName, "protocol_version": mqttProtocolVersion,
		"client_identifier": mqttClientID, "will_topic": mqttWillTopic, "will_payload": mqttWillPayload,
		"username": mqttUsername, "password": mqttPassword, "keepalive": mqttKeepalive,
	},
	mqttConnack: {"flags": mqttFlags, "protocol_version": mqttProtocolVersion, "reason_code": mqttReasonCode},
}

// mqttShape is how a property's value is written.
type mqttShape byte

const (
	mqttByte mqttShape = iota + 1
	mqttUint16
	mqttUint32
	mqttVarint
	mqttString
	mqttPair
)

// The messages that a property may stand in, as bits; a will's properties are
// part of CONNECT.
const (
	inConnect = 1 << mqttConnect
	inConnack = 1 << mqttConnack
	inWill    = 1 << 3
)

// mqttKinds are the properties that a field of a message can be.
var mqttKinds = map[byte]byte{mqttConnect: inConnect | inWill, mqttConnack: inConnack}

// mqttUserProperty is the one property that may stand there several times; its
// pairs cannot be asked for.
const mqttUserProperty = 38

// mqttProperties are the properties of MQTT 5 (2.2.2.2 of its specification).
var mqttProperties = [43]struct {
	shape mqttShape
	kinds byte
}{
	1: {mqttByte, inWill}, 2: {mqttUint32, inWill}, 3: {mqttString, inWill},
	8: {mqttString, inWill}, 9: {mqttString, inWill}, 17: {mqttUint32, inConnect | inConnack},
	18: {mqttString, inConnack}, 19: {mqttUint16, inConnack},
	21: {mqttString, inConnect | inConnack}, 22: {mqttString, inConnect | inConnack}, 23: {mqttByte, inConnect},
	24: {mqttUint32, inWill}, 25: {mqttByte, inConnect}, 26: {mqttString, inConnack}, 28: {mqttString, inConnack},
	31: {mqttString, inConnack}, 33: {mqttUint16, inConnect | inConnack}, 34: {mqttUint16, inConnect | inConnack},
	36: {mqttByte, inConnack}, 37: {mqttByte, inConnack}, mqttUserProperty: {mqttPair, inConnect | inConnack | inWill},
	39: {mqttUint32, inConnect | inConnack}, 40: {mqttByte, inConnack}, 41: {mqttByte, inConnack}, 42: {mqttByte, inConnack},
}
