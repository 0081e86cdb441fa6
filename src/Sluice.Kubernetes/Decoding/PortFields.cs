using System.Text.Json;
using Sluice.Kubernetes.Json;
using Sluice.Net;

namespace Sluice.Kubernetes.Decoding;

/// <summary>What the ports of Services and of EndpointSlices have in common; what is not said is null or 0.</summary>
internal readonly record struct PortFields(string? Name, L4Protocol Protocol, int Number, int NodePort)
{
    /// <summary>Reads one port.</summary>
    /// <param name="json">At the port.</param>
    /// <param name="names">The fields that its kind of port has.</param>
    /// <param name="lowest">The lowest number allowed: 0 where that stands for none.</param>
    /// <param name="texts">Where names are shared.</param>
    public static PortFields Read(ref Utf8JsonReader json, FieldNames names, int lowest, TextPool texts)
    {
        string? name = null;
        var protocol = L4Protocol.Tcp;
        int number = 0, nodePort = 0;
        var fields = names.Open(ref json);
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
                    number = json.Number(lowest, 65535);
                    break;
                case "nodePort":
                    nodePort = json.Number(0, 65535);
                    break;
            }
        }

        return new PortFields(name, protocol, number, nodePort);
    }
}
