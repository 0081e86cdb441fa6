using Sluice.Kubernetes.Intent;
using Xunit;

namespace Sluice.Tests.Intent;

/// <summary>Which endpoints a node chooses. The cases are those of kube-proxy's own table (TestCategorizeEndpoints), in this order.</summary>
public sealed class EndpointSelectionTests
{
    private const string NoZone = "";
    private const string AllHinted = "1 zone=a; 2 zone=b; 3 zone=c; 4 zone=a";

    // Policies: C cluster everywhere; E external Local; I internal Local; EI both; a + means that something outside leads to it.
    // Expected: endpoints for Cluster policy | for Local policy | all of them | whether there are any.
    public static TheoryData<string, string, string, string, string> Cases { get; } = new()
    {
        { "hints of zones are followed where all have them and one is for this zone", "a", "C", AllHinted, "1 4||1 4|any" },
        { "hints do not count for an external Local policy", "a", "E+", "1 zone=a local; 2 zone=b local; 3 zone=c; 4 zone=a", "1 4|1 2|1 2 4|any" },
        { "hints do not count for an internal Local policy", "a", "I", "1 zone=a local; 2 zone=b local; 3 zone=c; 4 zone=a", "|1 2|1 2|any" },
        { "a node without labels takes all", NoZone, "C", AllHinted, "1 2 3 4||1 2 3 4|any" },
        { "an empty zone is none, even for an empty hint", NoZone, "C", "1 zone=; 2 zone=b", "1 2||1 2|any" },
        { "a zone nobody is hinted for takes all", "d", "C", AllHinted, "1 2 3 4||1 2 3 4|any" },
        { "an endpoint of the zone that is not ready is left out", "a", "C", "1 zone=a unready; 2 zone=b; 3 zone=c; 4 zone=a", "4||4|any" },
        { "a zone whose endpoints are all not ready takes the others", "a", "C", "1 zone=a unready; 2 zone=b; 3 zone=c; 4 zone=a unready", "2 3||2 3|any" },
        { "one ready endpoint without hints switches hints off", "a", "C", "1 zone=a; 2 zone=b; 3; 4 zone=a", "1 2 3 4||1 2 3 4|any" },
        { "an endpoint may be meant for several zones", "c", "C", "1 zone=a,b,c; 2 zone=b,c; 3 zone=b,d; 4 zone=c", "1 2 4||1 2 4|any" },
        { "hints of nodes go before hints of zones (nothing can switch them off any more)", "a", "C", "1 zone=a node=n1; 2 zone=a node=n2; 3 zone=b node=n3", "1||1|any" },
        { "an endpoint meant for this node is taken alone", "a", "C", "1 node=n1; 2 node=n2; 3 node=n3", "1||1|any" },
        { "one ready endpoint without a node hint leaves it to zones", "a", "C", "1 zone=a node=n1; 2 zone=a node=n2; 3 zone=b", "1 2||1 2|any" },
        { "no endpoint for this node leaves it to zones", "a", "C", "1 zone=a node=n8; 2 zone=a node=n9; 3 zone=b node=n7", "1 2||1 2|any" },
        { "what is near and what is local are put together", "a", "I+", "1 zone=a local; 2 zone=b local; 3 zone=b; 4 zone=a", "1 4|1 2|1 2 4|any" },
        { "internal Local without any endpoint", NoZone, "I", "", "|||none" },
        { "internal Local with endpoints elsewhere only", NoZone, "I", "1; 2", "|||any" },
        { "internal Local with endpoints here only", NoZone, "I", "1 local; 2 local", "|1 2|1 2|any" },
        { "internal Local with an endpoint here and one elsewhere", NoZone, "I", "1 local; 2", "|1|1|any" },
        { "nothing ready", NoZone, "C", "1 unready; 2 unready", "|||none" },
        { "some ready", NoZone, "C", "1 unready; 2", "2||2|any" },
        { "all about to end, but still serving", NoZone, "C", "1 terminating; 2 terminating", "1 2||1 2|any" },
        { "internal Local, external Cluster", NoZone, "I+", "1 local; 2", "1 2|1|1 2|any" },
        { "internal Cluster, external Local", NoZone, "E+", "1 local; 2", "1 2|1|1 2|any" },
        { "both Local, one endpoint here", NoZone, "EI+", "1 local; 2", "1 2|1|1 2|any" },
        { "both Local, endpoints elsewhere only", NoZone, "EI+", "1; 2", "1 2||1 2|any" },
        { "both Local, elsewhere and about to end", NoZone, "EI+", "1 terminating; 2 terminating", "1 2||1 2|any" },
        { "one about to end serves its node only while no ready one does", NoZone, "E+", "1; 2 local terminating; 3 terminating local; 4 local unready", "1|2 3|1 2 3|any" },
        { "an external Local policy that nothing outside leads to", NoZone, "E", "1; 2 local", "1 2||1 2|any" },
        { "an internal Local Service needs no endpoints elsewhere", NoZone, "I", "1 local; 2; 3", "|1|1|any" },
        { "no endpoints at all", NoZone, "C", "", "|||none" },
        { "one endpoint that is nothing", NoZone, "C", "1 unready", "|||none" },
        { "a ready and an ending endpoint never mix", NoZone, "C", "1; 2 terminating; 3 ended", "1||1|any" },
        { "hints of endpoints about to end do not count", "a", "C", "1 zone=b terminating; 2 zone=a terminating", "1 2||1 2|any" },
        { "what has ended is no endpoint", NoZone, "EI+", "1 local ended; 2 ended", "|||none" },
    };

    [Theory]
    [MemberData(nameof(Cases))]
    public void Endpoints_are_chosen(string what, string zone, string policies, string endpoints, string expected)
    {
        var isInternalLocal = policies.Contains('I', StringComparison.Ordinal);
        var isReachable = policies.Contains('+', StringComparison.Ordinal);
        var isExternalLocal = policies.Contains('E', StringComparison.Ordinal);
        var node = new NodeProfile { Name = "n1", Zone = zone.Length == 0 ? null : zone };

        var choice = EndpointSelection.Choose(
            EndpointText.Read(endpoints), !isInternalLocal || isReachable, isInternalLocal || (isExternalLocal && isReachable), node);

        var answer = string.Join('|', EndpointText.Numbers(choice.Cluster), EndpointText.Numbers(choice.Local), EndpointText.Numbers(choice.All), choice.HasAny ? "any" : "none");
        Assert.True(expected == answer, $"{what}: {policies}, {endpoints}: expected {expected}, chose {answer}");
    }
}
