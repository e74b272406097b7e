using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;

namespace GrpoMonteCarlo.Worker.Commands;

/// <summary>
/// Options that take a number. The built-in parsers throw out of validators where a text is no number, and take "1,5" for 15.
/// </summary>
internal static class NumericOption
{
    /// <param name="name">The option.</param>
    /// <param name="helpName">What its value is called.</param>
    /// <param name="description">What it is.</param>
    /// <param name="complaint">What is wrong with a number, or null.</param>
    public static Option<double?> Real(string name, string helpName, string description, Func<double, string?> complaint) => new(name)
    {
        HelpName = helpName,
        Description = description,
        CustomParser = result =>
        {
            string text = result.Tokens[0].Value;
            string? wrong = double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double value)
                ? complaint(value)
                : "must be a number";
            return wrong is null ? value : Refuse<double>(result, $"{name}: {wrong}, is {text}");
        },
    };

    /// <param name="name">The option.</param>
    /// <param name="helpName">What its value is called.</param>
    /// <param name="description">What it is.</param>
    /// <param name="least">Its least value.</param>
    /// <param name="most">Its greatest value.</param>
    public static Option<int?> Whole(string name, string helpName, string description, int least, int most) => new(name)
    {
        HelpName = helpName,
        Description = description,
        CustomParser = result =>
        {
            string text = result.Tokens[0].Value;
            return int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int value) && value >= least && value <= most
                ? value
                : Refuse<int>(result, $"{name}: must be a whole number from {least} to {most}, is {text}");
        },
    };

    private static T? Refuse<T>(ArgumentResult result, string message)
        where T : struct
    {
        result.AddError(message);
        return null;
    }
}
