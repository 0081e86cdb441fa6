using System.Globalization;
using Sluice.Net;

namespace Sluice.Linux.Lab;

/// <summary>The link between nodes and client: a bridge in a namespace of its own.</summary>
internal sealed class LabSwitch : IDisposable
{
    private readonly NetworkNamespace _space = new("switch");
    private int _ports;

    internal LabSwitch()
    {
        LabSettings.ApplyTo(_space, isRouter: false);
        _ = _space.Check("ip", ["-batch", "-"], "link add br0 type bridge\nlink set br0 up\n");
    }

    /// <summary>How long the prefix of the link is.</summary>
    internal static int PrefixLength(IPFamily family) => family == IPFamily.IPv4 ? 24 : 64;

    /// <summary>Gives a namespace an interface on the link.</summary>
    internal void Attach(NetworkNamespace space, string name)
    {
        _ports++;
        _ = _space.Check("ip", ["-batch", "-"], string.Create(CultureInfo.InvariantCulture, $"""
            link add port{_ports} type veth peer name {name} netns {space.ThreadId}
            link set port{_ports} master br0 up

            """));
    }

    public void Dispose() => _space.Dispose();
}
