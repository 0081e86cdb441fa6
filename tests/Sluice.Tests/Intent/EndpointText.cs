using Sluice.Kubernetes.Intent;
using Sluice.Net;

namespace Sluice.Tests.Intent;

/// <summary>Endpoints as tests write them: <c>1 local zone=a,b; 2 terminating</c>; the number is the last part of 10.180.0.N:80.</summary>
internal static class EndpointText
{
    public static EquatableArray<Endpoint> Read(string text) =>
        text.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Select(ReadOne).ToEquatableArray();

    /// <summary>The numbers of the endpoints.</summary>
    public static string Numbers(EquatableArray<Endpoint> endpoints) =>
        string.Join(' ', endpoints.Select(e => e.Address.ToString().Split('.')[^1]));

    private static Endpoint ReadOne(string text)
    {
        var words = text.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        var endpoint = new Endpoint(NetAddress.Parse("10.180.0." + words[0]), 80);
        return words.Skip(1).Aggregate(endpoint, (e, word) => word.Split('=') switch
        {
            ["local"] => e with { IsLocal = true },
            ["unready"] => e with { Ready = false, Serving = false },
            ["terminating"] => e with { Ready = false, Terminating = true },
            ["ended"] => e with { Ready = false, Serving = false, Terminating = true },
            ["zone", var zones] => e with { ZoneHints = zones.Split(',').ToEquatableArray() },
            ["node", var nodes] => e with { NodeHints = nodes.Split(',').ToEquatableArray() },
            _ => throw new FormatException($"'{word}' says nothing about an endpoint"),
        });
    }
}
