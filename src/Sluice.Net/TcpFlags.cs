namespace Sluice.Net;

/// <summary>The flag bits of a TCP header (RFC 9293), in the order of its octet.</summary>
[Flags]
public enum TcpFlags
{
    /// <summary>No flag.</summary>
    None = 0,

    /// <summary>FIN.</summary>
    Fin = 1,

    /// <summary>SYN.</summary>
    Syn = 2,

    /// <summary>RST.</summary>
    Rst = 4,

    /// <summary>PSH.</summary>
    Psh = 8,

    /// <summary>ACK.</summary>
    Ack = 16,

    /// <summary>URG.</summary>
    Urg = 32,

    /// <summary>All six flags that rules can ask for.</summary>
    All = 63,
}
