namespace Sluice.Net;

/// <summary>An inclusive range of ports, 0 to 65535. A range whose first port is above its last is empty, as in the kernel.</summary>
/// <param name="First">The lowest port of the range.</param>
/// <param name="Last">The highest port of the range.</param>
public readonly record struct PortRange(ushort First, ushort Last)
{
    /// <summary>One port.</summary>
    public static PortRange Of(ushort port) => new(port, port);

    /// <summary>Whether the port is in the range.</summary>
    public bool Contains(int port) => port >= First && port <= Last;

    /// <summary>Reads <c>port</c> or <c>first SEPARATOR last</c>; a missing end is open, as iptables takes it (<c>:1024</c>).</summary>
    public static bool TryParse(ReadOnlySpan<byte> text, byte separator, out PortRange range)
    {
        range = default;
        var colon = text.IndexOf(separator);
        if (colon < 0)
        {
            if (!TryPort(text, out var port))
            {
                return false;
            }

            range = Of(port);
            return true;
        }

        ushort first = 0, last = ushort.MaxValue;
        if ((colon > 0 && !TryPort(text[..colon], out first)) ||
            (colon + 1 < text.Length && !TryPort(text[(colon + 1)..], out last)))
        {
            return false;
        }

        range = new PortRange(first, last);
        return true;
    }

    /// <summary>The port alone, or <c>first:last</c> as iptables prints it.</summary>
    public override string ToString() => First == Last ? $"{First}" : $"{First}:{Last}";

    private static bool TryPort(ReadOnlySpan<byte> text, out ushort port) =>
        (System.Buffers.Text.Utf8Parser.TryParse(text, out port, out var used) && used == text.Length) ||
        ServiceNames.TryFind(text, out port);
}
