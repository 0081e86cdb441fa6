using System.Globalization;

namespace Sluice.Dataplane.Services;

/// <summary>What the comment of a rule says about the Service it is for: <c>default/testsvc:https cluster IP</c>.</summary>
/// <param name="Name">Namespace and name.</param>
/// <param name="PortName">The port's name; null when it has none.</param>
/// <param name="Role">The words after the name, e.g. <c>cluster IP</c>; empty when there are none.</param>
internal readonly record struct ServiceComment(string Name, string? PortName, string Role)
{
    /// <summary>Reads a comment; null when it names no Service. Older versions write the colon even without a port's name.</summary>
    public static ServiceComment? Read(string? comment)
    {
        if (comment is null)
        {
            return null;
        }

        var slash = comment.IndexOf('/');
        var blank = comment.IndexOf(' ');
        var end = blank < 0 ? comment.Length : blank;
        if (slash <= 0 || slash >= end - 1)
        {
            return null;
        }

        var colon = comment.IndexOf(':', slash, end - slash);
        var name = comment[..(colon < 0 ? end : colon)];
        var port = colon < 0 || colon == end - 1 ? null : comment[(colon + 1)..end];
        return new ServiceComment(name, port, blank < 0 ? "" : comment[(blank + 1)..]);
    }

    /// <summary>What the address of a nat rule is; null when the words do not say.</summary>
    public ServiceAddressKind? Kind => Role switch
    {
        "cluster IP" => ServiceAddressKind.ClusterIP,
        "external IP" => ServiceAddressKind.ExternalIP,
        "loadbalancer IP" => ServiceAddressKind.LoadBalancer,
        _ => null,
    };

    public bool SaysNoEndpoints => Role is "has no endpoints" or "has no local endpoints";

    public bool SaysNoLocalEndpoints => Role == "has no local endpoints";

    public bool SaysHealthCheck => Role == "health check node port";

    /// <inheritdoc/>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Name}:{PortName} {Role}");
}
