namespace GrpoMonteCarlo.Worker.Tests;

/// <summary>How bad input is answered: exit code 2 and one clear line on standard error.</summary>
internal static class Refusal
{
    public static void Check(Answer answer, params string[] saying)
    {
        answer.Expect(2);
        Assert.Equal("", answer.Output);
        string line = answer.Errors.TrimEnd('\r', '\n');
        Assert.True(line.Length > 0 && !line.Contains('\n', StringComparison.Ordinal), $"not one line:\n{answer.Errors}");
        Assert.DoesNotContain("Exception", line, StringComparison.Ordinal);
        Assert.All(saying, part => Assert.Contains(part, line, StringComparison.Ordinal));
    }
}
