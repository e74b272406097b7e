using GrpoMonteCarlo.Experiments;

namespace GrpoMonteCarlo.Tests.Experiments;

public class EngineBenchmarkTests
{
    [Fact]
    public void The_digest_is_that_of_every_other_machine() =>
        Assert.Equal("8a8dca88ff905123c7534db7b934751023a4cf004376b4cbd9c9edcc69ab2c82", EngineBenchmark.Digest()); // changes only with a reason in the commit message
}
