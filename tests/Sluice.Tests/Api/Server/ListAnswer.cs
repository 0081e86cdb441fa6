using System.Globalization;
using System.Text;
using Microsoft.AspNetCore.Http;

namespace Sluice.Tests.Api.Server;

/// <summary>Answers a request for a list, or for a page of one.</summary>
internal static class ListAnswer
{
    // Each write goes through TLS to the socket.
    private const int ChunkCharacters = 1 << 15;

    private static readonly Dictionary<string, string> s_kinds = new(StringComparer.Ordinal)
    {
        ["services"] = "ServiceList",
        ["endpointslices"] = "EndpointSliceList",
        ["nodes"] = "NodeList",
        ["servicecidrs"] = "ServiceCIDRList",
    };

    /// <summary>Writes it; the status to answer instead, or null.</summary>
    public static async Task<Trouble.Refusal?> WriteAsync(
        ApiStore store, string resource, IQueryCollection query, TroubledBody body, Trouble? trouble, CancellationToken cancellationToken)
    {
        var (version, after) = Begin(store, query["continue"].ToString());
        if (store.At(version) is not { } resources)
        {
            return new Trouble.Refusal(410, "Expired");
        }

        var selector = new ObjectSelector(query["labelSelector"].ToString(), query["fieldSelector"].ToString());
        var limit = int.TryParse(query["limit"], CultureInfo.InvariantCulture, out var number) && number > 0 ? number : int.MaxValue;
        var chosen = resources[resource].Objects
            .Where(o => string.CompareOrdinal(o.Key, after) > 0 && selector.Chooses(o.Key, o.Value))
            .Take(limit == int.MaxValue ? limit : limit + 1)
            .ToList();
        var token = chosen.Count > limit ? Convert.ToBase64String(Encoding.UTF8.GetBytes($"{version} {chosen[limit - 1].Key}")) : "";
        var said = trouble is Trouble.Stale(var old) ? old : version;
        var text = new StringBuilder(ChunkCharacters * 2).Append(
            $$"""{"kind":"{{s_kinds[resource]}}","apiVersion":"v1","metadata":{"resourceVersion":"{{said}}","continue":"{{token}}"},"items":[""");
        for (var i = 0; i < Math.Min(limit, chosen.Count); i++)
        {
            text.Append(i == 0 ? "" : ",").Append(chosen[i].Value.Json);
            if (text.Length >= ChunkCharacters)
            {
                await body.WriteAsync(text.ToString(), cancellationToken);
                text.Clear();
            }

            if (body.IsOver)
            {
                return null;
            }
        }

        await body.WriteAsync(text.Append("]}\n").ToString(), cancellationToken);
        return null;
    }

    private static (long Version, string After) Begin(ApiStore store, string token)
    {
        if (token.Length == 0)
        {
            return (store.Current().Version, "");
        }

        var parts = Encoding.UTF8.GetString(Convert.FromBase64String(token)).Split(' ', 2);
        return (long.Parse(parts[0], CultureInfo.InvariantCulture), parts[1]);
    }
}
