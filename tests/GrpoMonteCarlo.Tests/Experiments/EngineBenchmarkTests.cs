using GrpoMonteCarlo.Experiments;

namespace GrpoMonteCarlo.Tests.Experiments;

public class EngineBenchmarkTests
{
    [Fact]
    public void The_digest_is_that_of_every_other_machine() =>
        Assert.Equal("2205b6ca99f7a41d867af18397b470707771f3b627c71f8182994784ea1290aa", EngineBenchmark.Digest()); // changes only with a reason in the commit message
}
