using System.Text.Json;
using Sluice.Kubernetes.Json;
using Sluice.Kubernetes.Objects;
using Sluice.Net;

namespace Sluice.Kubernetes.Decoding;

/// <summary>Reads the <c>spec.ports</c> of Services.</summary>
internal static class ServicePortDecoder
{
    private static readonly FieldNames s_port = new("name", "protocol", "port", "nodePort");

    public static EquatableArray<ServicePort> ReadAll(ref Utf8JsonReader json, TextPool texts)
    {
        var ports = new List<ServicePort>();
        json.OpenList();
        while (json.NextElement())
        {
            var port = Read(ref json, texts);

            // Two that are alike in one of these would be two answers to one packet, or two chains of one name.
            var taken = ports.Where(p => p.Protocol == port.Protocol).ToList() switch
            {
                var others when others.Exists(p => p.Name == port.Name) => "name",
                var others when others.Exists(p => p.Port == port.Port) => "port",
                var others when port.NodePort != 0 && others.Exists(p => p.NodePort == port.NodePort) => "nodePort",
                _ => null,
            };
            if (taken is not null)
            {
                throw new DecodeException(json.TokenStartIndex, $"expected a {taken} that no other port of the protocol has");
            }

            ports.Add(port);
        }

        return ports.ToEquatableArray();
    }

    private static ServicePort Read(ref Utf8JsonReader json, TextPool texts)
    {
        var port = PortFields.Read(ref json, s_port, lowest: 1, texts);
        return port.Number == 0
            ? throw json.Missing("port", "a number from 1 to 65535")
            : new ServicePort(port.Name ?? "", port.Protocol, port.Number, port.NodePort);
    }
}
