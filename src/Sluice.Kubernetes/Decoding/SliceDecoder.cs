using System.Text.Json;
using Sluice.Kubernetes.Json;
using Sluice.Kubernetes.Objects;
using Sluice.Net;

namespace Sluice.Kubernetes.Decoding;

/// <summary>Reads EndpointSlices.</summary>
internal static class SliceDecoder
{
    private static readonly FieldNames s_slice = new("apiVersion", "kind", "metadata", "addressType", "ports", "endpoints");
    private static readonly FieldNames s_type = new("addressType");
    private static readonly FieldNames s_port = new("name", "protocol", "port");

    public static EndpointSlice Read(ref Utf8JsonReader json, ReadOnlySpan<byte> item, TextPool texts)
    {
        Metadata? metadata = null;
        var family = FamilyOf(item);
        EquatableArray<EndpointPort> ports = [];
        EquatableArray<SliceEndpoint> endpoints = [];
        var fields = s_slice.Open(ref json);
        while (fields.Next(ref json) is { } field)
        {
            switch (field)
            {
                case "metadata":
                    metadata = Metadata.Read(ref json, ObjectKind.EndpointSlice, texts);
                    break;
                case "ports":
                    ports = ReadPorts(ref json, texts);
                    break;
                case "endpoints" when family is { } known:
                    endpoints = EndpointDecoder.ReadAll(ref json, known, texts);
                    break;
                default:
                    json.Skip();
                    break;
            }
        }

        if (metadata is not { } meta)
        {
            throw json.Missing("metadata", "an object");
        }

        return new EndpointSlice(meta.Name)
        {
            Service = meta.ServiceName is { } service ? new ObjectName(meta.Name.Namespace, service) : null,
            Family = family,
            IsHeadless = meta.IsHeadless,
            Ports = ports,
            LastChange = meta.LastChange,
            Endpoints = EndpointWeights.Parse(meta.Weights).Weigh(endpoints),
        };
    }

    // Said anywhere in the slice, but needed to read its endpoints. A look ahead costs nothing: kubectl sorts it to the front.
    private static IPFamily? FamilyOf(ReadOnlySpan<byte> item)
    {
        var json = new Utf8JsonReader(item, JsonText.Options);
        json.Read();
        var fields = s_type.Open(ref json);
        if (fields.Next(ref json) is null)
        {
            throw json.Missing("addressType", "IPv4, IPv6 or FQDN");
        }

        return json.Text() switch
        {
            "IPv4" => IPFamily.IPv4,
            "IPv6" => IPFamily.IPv6,
            "FQDN" => null,
            _ => throw json.Unexpected("IPv4, IPv6 or FQDN"),
        };
    }

    private static EquatableArray<EndpointPort> ReadPorts(ref Utf8JsonReader json, TextPool texts)
    {
        var ports = new List<EndpointPort>();
        json.OpenList();
        while (json.NextElement())
        {
            var port = PortFields.Read(ref json, s_port, lowest: 0, texts);

            // No name or number means "any" to the API, which no proxy serves.
            if (port is { Name: { } name, Number: not 0 })
            {
                ports.Add(new EndpointPort(name, port.Protocol, port.Number));
            }
        }

        return ports.ToEquatableArray();
    }
}
