package fact

// catalogue lists every kind with its reader.
var catalogue = map[string]func([]byte) (Fact, error){ //nolint:gochecknoglobals // a table that never changes

	ConversationStarted{}.Kind():  reader[ConversationStarted],
	EntryAdded{}.Kind():           reader[EntryAdded],
	DeliveryMoved{}.Kind():        reader[DeliveryMoved],
	ReadMoved{}.Kind():            reader[ReadMoved],
	ConversationChanged{}.Kind():  reader[ConversationChanged],
	UserMentioned{}.Kind():        reader[UserMentioned],
	SurveyAnswered{}.Kind():       reader[SurveyAnswered],
	CustomerCreated{}.Kind():      reader[CustomerCreated],
	CustomerChanged{}.Kind():      reader[CustomerChanged],
	ClaimMade{}.Kind():            reader[ClaimMade],
	ClaimRevoked{}.Kind():         reader[ClaimRevoked],
	InteractionQueued{}.Kind():    reader[InteractionQueued],
	OfferMade{}.Kind():            reader[OfferMade],
	OfferEnded{}.Kind():           reader[OfferEnded],
	InteractionStarted{}.Kind():   reader[InteractionStarted],
	InteractionParked{}.Kind():    reader[InteractionParked],
	InteractionResumed{}.Kind():   reader[InteractionResumed],
	InteractionLeftAgent{}.Kind(): reader[InteractionLeftAgent],
	WrapUpStarted{}.Kind():        reader[WrapUpStarted],
	InteractionClosed{}.Kind():    reader[InteractionClosed],
	PresenceMoved{}.Kind():        reader[PresenceMoved],
	ChannelsSwitched{}.Kind():     reader[ChannelsSwitched],
	MembershipMoved{}.Kind():      reader[MembershipMoved],
	AgentChanged{}.Kind():         reader[AgentChanged],
	ArticleChanged{}.Kind():       reader[ArticleChanged],
	ArticleUsed{}.Kind():          reader[ArticleUsed],
	ConfigurationChanged{}.Kind(): reader[ConfigurationChanged],
}
