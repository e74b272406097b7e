using GrpoMonteCarlo.Worker.Plotting;

namespace GrpoMonteCarlo.Worker.Tests.Plotting;

public class RichTextTests
{
    [Theory]
    [InlineData("plain words", "plain words")]
    [InlineData("*p*_{*n*}", "<p>[n>]")]
    [InlineData("*p*_n", "<p>[n]")]
    [InlineData("10^{-3}", "10{−3}")]
    [InlineData("*p*_{*n*+1}^2", "<p>[n>+1]{2}")]
    [InlineData("the fixed point p*", "the fixed point p*")]
    [InlineData("*p*^{*}", "<p>{*}")]
    [InlineData("a ** b", "a ** b")]
    [InlineData(@"group\_size \*", "group_size *")]
    [InlineData("open_{brace", "open[brace]")]
    [InlineData("end^", "end^")]
    [InlineData("}{", "}{")]
    [InlineData("", "")]
    public void Markup_becomes_runs(string markup, string expected) => Assert.Equal(expected, Shown(RichText.Parse(markup)));

    [Fact]
    public void Scripts_are_smaller_and_shifted_and_nest()
    {
        IReadOnlyList<TextRun> runs = RichText.Parse("a^{b_{c}}").Runs;
        Assert.Equal(["a", "b", "c"], runs.Select(run => run.Text));
        Assert.True(runs[1].Size < 1 && runs[2].Size < runs[1].Size);
        Assert.True(runs[1].Rise > runs[2].Rise && runs[2].Rise > 0);
    }

    [Fact]
    public void Lines_are_no_wider_than_they_may_be_and_keep_every_word()
    {
        const string Words = "the success probability *p*_{*n*} of a policy after *n* iterations, with *p*_{0} = *p*_{ref}";
        for (double width = 8; width < 60; width += 0.5)
        {
            IReadOnlyList<RichText> lines = RichText.Parse(Words).Wrap(width);
            Assert.All(lines, line => Assert.True(line.Width <= width));
            Assert.Equal(RichText.Parse(Words).Plain, string.Join(' ', lines.Select(line => line.Plain)));
        }
    }

    [Fact]
    public void A_long_word_makes_the_letters_smaller()
    {
        FittedText text = FittedText.Of("short " + new string('W', 40), 100, 12);
        Assert.Equal(2, text.Lines.Count);
        Assert.Equal(100, text.Width, 1e-9);
        Assert.InRange(text.Size, 1, 4);
    }

    // Italics in <>, scripts in {} and [], the latter's italics with > behind.
    private static string Shown(RichText text)
    {
        string shown = string.Concat(text.Runs.Select(run => (run.Rise, run.Italic) switch
        {
            (0, true) => $"<{run.Text}>",
            (0, false) => run.Text,
            ( > 0, _) => $"{{{run.Text}}}",
            (_, true) => $"[{run.Text}>]",
            _ => $"[{run.Text}]",
        }));
        return shown.Replace("][", "", StringComparison.Ordinal);
    }
}
