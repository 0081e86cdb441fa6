namespace Sluice.KernelTests.Lab;

public enum LabFamily
{
    IPv4,
    IPv6,
}
