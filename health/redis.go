package health

// Redis is `option redis-check`: PING, answered by PONG.
func Redis() *Script {
	return &Script{Steps: []Step{
		&Send{Data: []byte("*1\r\n$4\r\nPING\r\n")},
		&Expect{
			Match: MatchString("+PONG\r\n"), MinRecv: -1, Error: L7Status, Fail: firstLine,
			Succeed: func([]byte) (string, int) { return "Redis server is ok", 0 },
		},
	}}
}
