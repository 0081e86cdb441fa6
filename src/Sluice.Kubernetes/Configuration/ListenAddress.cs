using System.Globalization;
using System.Net;
using Sluice.Net;

namespace Sluice.Kubernetes.Configuration;

/// <summary>An address and a port that something is served on.</summary>
/// <param name="Address">The address; an unspecified one for all of its family.</param>
/// <param name="Port">The port, 1 to 65535.</param>
public readonly record struct ListenAddress(NetAddress Address, int Port)
{
    /// <summary>Where kube-proxy serves its health.</summary>
    public const int HealthzPort = 10256;

    /// <summary>Where kube-proxy serves its metrics.</summary>
    public const int MetricsPort = 10249;

    /// <summary>Reads <c>address:port</c>, <c>[address]:port</c>, or an address alone.</summary>
    /// <param name="text">The text.</param>
    /// <param name="usualPort">The port of an address alone.</param>
    /// <returns>The address; null when it is none.</returns>
    public static ListenAddress? Read(string text, int usualPort)
    {
        if (TryHost(text, out var alone))
        {
            return new ListenAddress(alone, usualPort);
        }

        var colon = text.LastIndexOf(':');
        if (colon < 0 || !int.TryParse(text.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var port) || port is < 1 or > 65535)
        {
            return null;
        }

        return TryHost(text[..colon], out var address) && (address.Family == IPFamily.IPv4 || text[0] == '[') ? new ListenAddress(address, port) : null;
    }

    /// <summary>As sockets have it.</summary>
    public IPEndPoint ToEndPoint() => new(Address.ToIPAddress(), Port);

    /// <inheritdoc/>
    public override string ToString() => Address.WithPort(Port);

    private static bool TryHost(string text, out NetAddress address)
    {
        var host = text.StartsWith('[') && text.EndsWith(']') ? text[1..^1] : text;
        address = default;
        return !host.Contains('[', StringComparison.Ordinal) && NetAddress.TryParse(host, out address);
    }
}
