using Sluice.Kubernetes.Intent;
using Sluice.Net;

namespace Sluice.Tests.Planning;

/// <summary>A place where kube-proxy's iptables rules cannot do what Kubernetes means.</summary>
/// <param name="Name">Its name, as in docs/kube-proxy-differences.md.</param>
/// <param name="Route">What is meant.</param>
/// <param name="Rules">What the rules do.</param>
/// <param name="Why">Why they do.</param>
/// <param name="AnswerOfRules">What the rules do with a packet, given what is meant; null when the difference does not concern it.</param>
internal sealed record EquationDifference(
    string Name, string Route, string Rules, string Why, Func<ServiceIntent, Packet, RouteAnswer, RouteAnswer?> AnswerOfRules);
