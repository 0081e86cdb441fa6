using System.Text.Json;
using Sluice.Kubernetes.Objects;
using Sluice.Net;

namespace Sluice.Kubernetes.Manifests.Decoding;

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
        var name = "";
        var protocol = L4Protocol.Tcp;
        int number = 0, nodePort = 0;
        var fields = s_port.Open(ref json);
        while (fields.Next(ref json) is { } field)
        {
            switch (field)
            {
                case "name":
                    name = json.PortName(texts);
                    break;
                case "protocol":
                    protocol = json.Protocol();
                    break;
                case "port":
                    number = json.Number(1, 65535);
                    break;
                case "nodePort":
                    nodePort = json.Number(0, 65535);
                    break;
            }
        }

        return number == 0 ? throw json.Missing("port", "a number from 1 to 65535") : new ServicePort(name, protocol, number, nodePort);
    }
}
