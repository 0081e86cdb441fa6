namespace Sluice.KernelTests.Uml;

/// <summary>The tests of the class run on a kernel that has loaded no module: without IPVS, ipset, iptables and dummy interfaces.</summary>
[AttributeUsage(AttributeTargets.Class)]
public sealed class WithoutModulesAttribute : Attribute;
