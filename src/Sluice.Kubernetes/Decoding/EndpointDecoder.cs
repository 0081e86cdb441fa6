using System.Text.Json;
using Sluice.Kubernetes.Json;
using Sluice.Kubernetes.Objects;
using Sluice.Net;

namespace Sluice.Kubernetes.Decoding;

/// <summary>Reads the <c>endpoints</c> of EndpointSlices.</summary>
internal static class EndpointDecoder
{
    private static readonly FieldNames s_endpoint = new("addresses", "conditions", "nodeName", "hints");
    private static readonly FieldNames s_conditions = new("ready", "serving", "terminating");
    private static readonly FieldNames s_hints = new("forZones", "forNodes");
    private static readonly FieldNames s_hint = new("name");

    public static EquatableArray<SliceEndpoint> ReadAll(ref Utf8JsonReader json, IPFamily family, TextPool texts)
    {
        var endpoints = new List<SliceEndpoint>();
        json.OpenList();
        while (json.NextElement())
        {
            if (Read(ref json, family, texts) is { } endpoint)
            {
                endpoints.Add(endpoint);
            }
        }

        return endpoints.ToEquatableArray();
    }

    private static SliceEndpoint? Read(ref Utf8JsonReader json, IPFamily family, TextPool texts)
    {
        NetAddress? address = null;
        bool ready = true, serving = true, terminating = false;
        string? node = null;
        EquatableArray<string> zones = [], nodes = [];
        var fields = s_endpoint.Open(ref json);
        while (fields.Next(ref json) is { } field)
        {
            switch (field)
            {
                case "addresses":
                    address = ReadFirst(ref json, family);
                    break;
                case "conditions":
                    ReadConditions(ref json, ref ready, ref serving, ref terminating);
                    break;
                case "nodeName":
                    node = json.Text(texts) is { Length: 0 } ? null : json.Name(texts, NameRules.IsSubdomain, NameRules.Subdomain);
                    break;
                case "hints":
                    ReadHints(ref json, ref zones, ref nodes, texts);
                    break;
            }
        }

        return address is not { } known ? null : new SliceEndpoint(known)
        {
            Ready = ready,
            Serving = serving,
            Terminating = terminating,
            NodeName = node,
            ZoneHints = zones,
            NodeHints = nodes,
        };
    }

    private static NetAddress? ReadFirst(ref Utf8JsonReader json, IPFamily family)
    {
        NetAddress? first = null;
        json.OpenList();
        while (json.NextElement())
        {
            if (first is null)
            {
                first = json.Address();
                if (first.Value.Family != family)
                {
                    throw json.Unexpected($"an {family} address, as addressType says");
                }
            }
            else
            {
                json.Skip();
            }
        }

        return first;
    }

    private static void ReadConditions(ref Utf8JsonReader json, ref bool ready, ref bool serving, ref bool terminating)
    {
        var fields = s_conditions.Open(ref json);
        while (fields.Next(ref json) is { } field)
        {
            switch (field)
            {
                case "ready":
                    ready = json.Boolean();
                    break;
                case "serving":
                    serving = json.Boolean();
                    break;
                default:
                    terminating = json.Boolean();
                    break;
            }
        }
    }

    private static void ReadHints(ref Utf8JsonReader json, ref EquatableArray<string> zones, ref EquatableArray<string> nodes, TextPool texts)
    {
        var fields = s_hints.Open(ref json);
        while (fields.Next(ref json) is { } field)
        {
            if (field == "forZones")
            {
                zones = ReadNames(ref json, texts, NameRules.IsLabelValue, NameRules.LabelValue);
            }
            else
            {
                nodes = ReadNames(ref json, texts, NameRules.IsSubdomain, NameRules.Subdomain);
            }
        }
    }

    private static EquatableArray<string> ReadNames(ref Utf8JsonReader json, TextPool texts, Func<string, bool> rule, string expected)
    {
        EquatableArray<string> names = [];
        json.OpenList();
        while (json.NextElement())
        {
            for (var fields = s_hint.Open(ref json); fields.Next(ref json) is not null;)
            {
                var name = json.Name(texts, rule, expected);
                names = names.Count == 0 ? texts.ListOf(name) : [.. names, name];
            }
        }

        return names;
    }
}
