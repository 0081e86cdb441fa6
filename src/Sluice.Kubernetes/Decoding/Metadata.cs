using System.Text.Json;
using Sluice.Kubernetes.Json;
using Sluice.Kubernetes.Objects;

namespace Sluice.Kubernetes.Decoding;

/// <summary>What is read of an object's <c>metadata</c>.</summary>
/// <param name="Name">Its namespace (<c>default</c> when not said) and name.</param>
internal readonly record struct Metadata(ObjectName Name)
{
    private static readonly FieldNames s_fields = new("name", "namespace", "labels", "annotations", "deletionTimestamp");
    private static readonly FieldNames s_annotations = new(EndpointWeights.Annotation, "endpoints.kubernetes.io/last-change-trigger-time");

    private static readonly FieldNames s_labels = new(
        "kubernetes.io/service-name", "service.kubernetes.io/headless", "service.kubernetes.io/service-proxy-name", "topology.kubernetes.io/zone");

    /// <summary>The label <c>kubernetes.io/service-name</c>; null without a value.</summary>
    public string? ServiceName { get; private init; }

    /// <summary>Whether there is a label <c>service.kubernetes.io/headless</c>, of any value.</summary>
    public bool IsHeadless { get; private init; }

    /// <summary>Whether there is a label <c>service.kubernetes.io/service-proxy-name</c>, of any value.</summary>
    public bool HasOtherProxy { get; private init; }

    /// <summary>The label <c>topology.kubernetes.io/zone</c>; null without a value.</summary>
    public string? Zone { get; private init; }

    /// <summary>The annotation <see cref="EndpointWeights.Annotation"/> of an EndpointSlice; null without it.</summary>
    public string? Weights { get; private init; }

    /// <summary>The annotation <c>endpoints.kubernetes.io/last-change-trigger-time</c> of an EndpointSlice; none without it, or when it is no time.</summary>
    public TriggerTime LastChange { get; private init; }

    /// <summary>Whether there is a <c>deletionTimestamp</c>: it is about to be deleted.</summary>
    public bool IsBeingDeleted { get; private init; }

    /// <summary>Reads the object that the reader stands on.</summary>
    public static Metadata Read(ref Utf8JsonReader json, ObjectKind kind, TextPool texts)
    {
        // EndpointSlices are named after their Services, nodes after nothing that comes again; only Services are referred to.
        var pool = kind == ObjectKind.Service ? texts : null;
        var (rule, expected) = kind == ObjectKind.Service ? ((Func<string, bool>)NameRules.IsLabel, NameRules.Label) : (NameRules.IsSubdomain, NameRules.Subdomain);
        string? name = null, space = null, weights = null;
        var lastChange = default(TriggerTime);
        var labels = default(Metadata);
        var isBeingDeleted = false;
        var fields = s_fields.Open(ref json);
        while (fields.Next(ref json) is { } field)
        {
            switch (field)
            {
                case "name":
                    name = json.Name(pool, rule, expected);
                    break;
                case "namespace":
                    space = json.Text(texts) is { Length: 0 } ? null : json.Name(texts, NameRules.IsLabel, NameRules.Label);
                    break;
                case "labels":
                    labels = ReadLabels(ref json, texts);
                    break;
                case "annotations" when kind == ObjectKind.EndpointSlice:
                    (weights, lastChange) = ReadAnnotations(ref json, texts);
                    break;
                case "deletionTimestamp":
                    isBeingDeleted = json.Text().Length > 0;
                    break;
                default:
                    json.Skip();
                    break;
            }
        }

        return name is null
            ? throw json.Missing("name", expected)
            : labels with { Weights = weights, LastChange = lastChange, IsBeingDeleted = isBeingDeleted, Name = new ObjectName(kind is ObjectKind.Node or ObjectKind.ServiceCidr ? "" : space ?? "default", name) };
    }

    private static (string? Weights, TriggerTime LastChange) ReadAnnotations(ref Utf8JsonReader json, TextPool texts)
    {
        string? weights = null;
        var lastChange = default(TriggerTime);
        var fields = s_annotations.Open(ref json);
        while (fields.Next(ref json) is { } field)
        {
            if (field == EndpointWeights.Annotation)
            {
                weights = json.Text(texts);
            }
            else
            {
                lastChange = TriggerTime.Parse(json.Text());
            }
        }

        return (weights, lastChange);
    }

    private static Metadata ReadLabels(ref Utf8JsonReader json, TextPool texts)
    {
        var labels = default(Metadata);
        var fields = s_labels.Open(ref json, keepsNull: true);
        while (fields.Next(ref json) is { } field)
        {
            var hasValue = json.TokenType != JsonTokenType.Null && json.Text(texts).Length > 0;
            labels = field switch
            {
                "kubernetes.io/service-name" => labels with { ServiceName = hasValue ? json.Name(texts, NameRules.IsLabel, NameRules.Label) : null },
                "topology.kubernetes.io/zone" => labels with { Zone = hasValue ? json.Name(texts, NameRules.IsLabelValue, NameRules.LabelValue) : null },
                "service.kubernetes.io/headless" => labels with { IsHeadless = true },
                _ => labels with { HasOtherProxy = true },
            };
        }

        return labels;
    }
}
