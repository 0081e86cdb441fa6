using System.Globalization;
using Sluice.Kubernetes.Objects;
using Sluice.Net;

namespace Sluice.Kubernetes.Decoding;

/// <summary>
/// The weights of a slice's endpoints, as the annotation says them: one number for all, or <c>address=number</c> separated by commas.
/// What it does not say, and what cannot be read, weighs 1.
/// </summary>
internal sealed class EndpointWeights
{
    /// <summary>The annotation of EndpointSlices.</summary>
    public const string Annotation = "sluice.dev/weight";

    private const int Highest = 100;

    private static readonly EndpointWeights s_none = new(1, []);

    private readonly int _all;
    private readonly Dictionary<NetAddress, int> _byAddress;

    private EndpointWeights(int all, Dictionary<NetAddress, int> byAddress) => (_all, _byAddress) = (all, byAddress);

    /// <summary>Reads the annotation; null when there is none.</summary>
    public static EndpointWeights Parse(string? text)
    {
        if (string.IsNullOrWhiteSpace(text))
        {
            return s_none;
        }

        if (Number(text) is { } all)
        {
            return new EndpointWeights(all, []);
        }

        var weights = new Dictionary<NetAddress, int>();
        foreach (var part in text.Split(','))
        {
            var equals = part.IndexOf('=', StringComparison.Ordinal);
            if (equals > 0 && NetAddress.TryParse(part[..equals].Trim(), out var address) && Number(part.AsSpan(equals + 1)) is { } weight)
            {
                weights[address] = weight;
            }
        }

        return new EndpointWeights(1, weights);
    }

    /// <summary>The endpoints with their weights.</summary>
    public EquatableArray<SliceEndpoint> Weigh(EquatableArray<SliceEndpoint> endpoints) => _all == 1 && _byAddress.Count == 0
        ? endpoints
        : endpoints.Select(e => e with { Weight = _byAddress.GetValueOrDefault(e.Address, _all) }).ToEquatableArray();

    private static int? Number(ReadOnlySpan<char> text) =>
        int.TryParse(text.Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number is >= 1 and <= Highest ? number : null;
}
