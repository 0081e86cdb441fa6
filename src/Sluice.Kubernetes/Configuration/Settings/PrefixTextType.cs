using Sluice.Net;

namespace Sluice.Kubernetes.Configuration.Settings;

/// <summary>No range of addresses, one, or one of each family, with a comma between them: a text in the file too.</summary>
internal sealed class PrefixTextType() : SettingType<EquatableArray<Prefix>>("CIDR[,CIDR]", "one address range, or one of each family with a comma between them")
{
    private static readonly ListType<Prefix> s_list = new(new PrefixType());

    public override bool TryParse(string text, out EquatableArray<Prefix> value) =>
        s_list.TryParse(text, out value) && (value.Count <= 1 || (value.Count == 2 && value[0].Family != value[1].Family));

    public override string? Complaint(string text) => s_list.Complaint(text);

    public override string Format(EquatableArray<Prefix> value) => s_list.Format(value);
}
