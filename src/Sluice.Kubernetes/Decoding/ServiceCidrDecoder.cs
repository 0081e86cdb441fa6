using System.Text.Json;
using Sluice.Kubernetes.Json;
using Sluice.Kubernetes.Objects;
using Sluice.Net;

namespace Sluice.Kubernetes.Decoding;

/// <summary>Reads ServiceCIDRs.</summary>
internal static class ServiceCidrDecoder
{
    private static readonly FieldNames s_object = new("apiVersion", "kind", "metadata", "spec");
    private static readonly FieldNames s_spec = new("cidrs");

    public static ServiceCidr Read(ref Utf8JsonReader json, TextPool texts)
    {
        Metadata? metadata = null;
        EquatableArray<Prefix> cidrs = [];
        var fields = s_object.Open(ref json);
        while (fields.Next(ref json) is { } field)
        {
            switch (field)
            {
                case "metadata":
                    metadata = Metadata.Read(ref json, ObjectKind.ServiceCidr, texts);
                    break;
                case "spec":
                    for (var spec = s_spec.Open(ref json); spec.Next(ref json) is not null;)
                    {
                        cidrs = AddressLists.Cidrs(ref json);
                    }

                    break;
            }
        }

        return metadata is { } known ? new ServiceCidr(known.Name) { Cidrs = cidrs } : throw json.Missing("metadata", "an object");
    }
}
