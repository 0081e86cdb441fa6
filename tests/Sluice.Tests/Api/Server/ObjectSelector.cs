namespace Sluice.Tests.Api.Server;

/// <summary>The label and field selectors of a request: <c>!key</c>, <c>key</c>, <c>key=value</c>, and <c>metadata.name=NAME</c>.</summary>
internal sealed record ObjectSelector(string Labels, string Fields)
{
    public bool Chooses(string key, StoredObject item) =>
        Terms(Labels).All(term => ChoosesLabel(term, item)) && Terms(Fields).All(term => ChoosesField(term, key));

    private static string[] Terms(string text) => text.Split(',', StringSplitOptions.RemoveEmptyEntries);

    private static bool ChoosesLabel(string term, StoredObject item) => term.Split('=', 2) switch
    {
        [['!', .. var absent]] => !item.Labels.ContainsKey(absent),
        [var present] => item.Labels.ContainsKey(present),
        [var name, var value] => item.Labels.GetValueOrDefault(name) == value,
        _ => false,
    };

    private static bool ChoosesField(string term, string key) =>
        term.Split('=', 2) is ["metadata.name", var name] ? key.Split('/')[^1] == name : throw new ArgumentException($"no such field: {term}", nameof(term));
}
